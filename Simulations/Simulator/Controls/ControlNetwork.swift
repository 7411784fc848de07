import Overlay

/// How long packets take between two nodes, and which are lost: without memory, so that a world needs no state for a pair.
struct ControlNetwork: Sendable {
    /// Bytes of one flight of a handshake, as everywhere in the simulator.
    static let flightLength = 200
    /// Transmissions of one packet; the last one arrives, so that a link with loss 1 is slow and not eternal.
    private static let mostTransmissions: UInt64 = 12
    /// Least retransmission timeout above the round trip (Linux, `TCP_RTO_MIN`).
    private static let leastRetransmission = TimeSpan.milliseconds(200)

    private enum Latency: Sendable {
        case uniform(SpanRange)
        /// Microseconds, row by row.
        case matrix([UInt64], rows: Int)
    }

    private let latency: Latency
    private let jitterPercent: UInt64
    private let loss: Ratio
    private let packetLength: Int

    init(_ plan: Plan) throws(ControlError) {
        switch plan.latency {
        case .uniform(let range):
            latency = .uniform(range)
        case .matrix(let rows):
            guard !rows.isEmpty, rows.allSatisfy({ $0.count == rows.count }) else { throw .latencyMatrix }
            latency = .matrix(rows.flatMap(\.self), rows: rows.count)
        case .logNormal: throw .latencyModel("logNormal")
        case .geographic: throw .latencyModel("geographic")
        }
        jitterPercent = plan.jitterPercent
        loss = plan.loss
        packetLength = max(1, plan.packetLength)
    }

    /// One way, without jitter and loss.
    func base(_ from: Int, _ to: Int, draws: Draws) -> TimeSpan {
        switch latency {
        case .uniform(let range):
            draws.span(in: range, .latency, of: NodePair(NodeIndex(from), NodeIndex(to)).subject)
        case .matrix(let microseconds, let rows):
            .microseconds(microseconds[from % rows * rows + to % rows])
        }
    }

    /// What a message takes on an established connection until all of it is there: a lost packet is sent again when the
    /// retransmission timeout has passed, which doubles each time (RFC 6298).
    func streamDelay(
        _ from: Int, _ to: Int, bytes: Int, number: UInt32, losses: [Ratio], draws: Draws
    ) -> TimeSpan {
        let base = base(from, to, draws: draws)
        let packets = max(1, (bytes + packetLength - 1) / packetLength)
        var delay = TimeSpan.zero
        for packet in 0..<packets {
            let subject = UInt64(from) << 32 | UInt64(to)
            let counter = (UInt64(number) << 16 | UInt64(packet & 0xffff)) &* Self.mostTransmissions
            var sum = base + jitter(base, subject, counter, draws)
            var pause = base * 2 + Self.leastRetransmission
            for attempt in 1..<Self.mostTransmissions {
                guard isLost(subject, counter &+ attempt, losses, draws) else { break }
                sum = sum + pause
                pause = pause * 2
            }
            delay = max(delay, sum)
        }
        return delay
    }

    /// Nil when it is lost.
    func datagramDelay(_ from: Int, _ to: Int, number: UInt32, losses: [Ratio], draws: Draws) -> TimeSpan? {
        let base = base(from, to, draws: draws)
        let subject = UInt64(from) << 32 | UInt64(to)
        guard !isLost(subject, UInt64(number), losses, draws) else { return nil }
        return base + jitter(base, subject, UInt64(number), draws)
    }

    private func jitter(_ base: TimeSpan, _ subject: UInt64, _ counter: UInt64, _ draws: Draws) -> TimeSpan {
        let width = base.nanoseconds / 100 * jitterPercent
        guard width > 0 else { return .zero }
        return TimeSpan(nanoseconds: draws.below(width, .jitter, of: subject, counter))
    }

    private func isLost(_ subject: UInt64, _ counter: UInt64, _ losses: [Ratio], _ draws: Draws) -> Bool {
        if loss.numerator > 0, draws.happens(loss, .loss, of: subject, counter) { return true }
        for (index, extra) in losses.enumerated()
        where draws.happens(extra, .loss, of: ~subject &+ UInt64(index), counter) {
            return true
        }
        return false
    }
}

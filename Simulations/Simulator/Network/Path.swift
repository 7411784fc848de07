import Overlay

/// One direction between two nodes, as far as packets are concerned: how long they take and which are lost.
///
/// A lost packet is sent again when the retransmission timeout has passed, which doubles each time (RFC 6298). There are
/// no fast retransmissions: the messages of a node are few and far between, so nothing follows that could cause them.
struct Path: Sendable {
    /// Transmissions of one packet; the last one arrives, so that a link with loss 1 is slow and not eternal.
    private static let mostTransmissions: UInt64 = 12

    /// One way, without jitter.
    let base: TimeSpan
    private let settings: NetworkSettings
    private let draws: Draws
    /// Names the direction in draws.
    private let subject: UInt64
    private var packets: UInt64 = 0

    init(
        from: NodeIndex, to: NodeIndex, of wire: UInt64, isReturn: Bool, settings: NetworkSettings, draws: Draws
    ) {
        self.settings = settings
        self.draws = draws
        base = draws.span(in: settings.latency, .latency, of: NodePair(from, to).subject)
        subject = wire << 1 | (isReturn ? 1 : 0)
    }

    /// How long a message takes until all of it is there.
    /// - Parameter isFirst: no round trip was measured yet.
    mutating func delay(of length: Int, isFirst: Bool) -> TimeSpan {
        var delay = TimeSpan.zero
        for _ in 0..<max(1, (length + settings.packetLength - 1) / settings.packetLength) {
            packets += 1
            delay = max(delay, retransmissions(isFirst: isFirst) + base + jitter())
        }
        return delay
    }

    /// The pause before what was held back by a cut is sent again.
    var retransmission: TimeSpan { base * 2 + settings.leastRetransmission }

    private func jitter() -> TimeSpan {
        let width = base.nanoseconds / 100 * settings.jitterPercent
        return draws.span(in: SpanRange(.zero, TimeSpan(nanoseconds: width)), .jitter, of: subject, packets)
    }

    private func retransmissions(isFirst: Bool) -> TimeSpan {
        var pause = isFirst ? settings.firstRetransmission : retransmission
        var sum = TimeSpan.zero
        for attempt in 1..<Self.mostTransmissions {
            let counter = packets &* Self.mostTransmissions &+ attempt
            guard draws.happens(settings.loss, .loss, of: subject, counter) else { break }
            sum = sum + pause
            pause = pause * 2
        }
        return sum
    }
}

import Overlay

/// How long packets take between two nodes, and which are lost: without memory, so that a world needs no state for a pair.
struct ControlNetwork: Sendable {
    /// Bytes of one flight of a handshake, as everywhere in the simulator.
    static let flightLength = 200
    /// Transmissions of one packet; the last one arrives, so that a link with loss 1 is slow and not eternal.
    private static let mostTransmissions: UInt64 = 12

    private let model: NetworkModel

    init(_ model: NetworkModel) {
        self.model = model
    }

    /// What a message takes on an established connection until all of it is there: a lost packet is sent again when the
    /// retransmission timeout has passed, which doubles each time (RFC 6298).
    func streamDelay(
        _ from: Int, _ to: Int, bytes: Int, number: UInt32, at now: VirtualTime, under impairment: Impairment
    ) -> TimeSpan {
        let (sender, receiver) = (NodeIndex(from), NodeIndex(to))
        let base = model.base(from: sender, to: receiver)
        let packets = max(1, (bytes + model.packetLength - 1) / model.packetLength)
        let subject = UInt64(from) << 32 | UInt64(to)
        var longest = TimeSpan.zero
        for packet in 0..<packets {
            let counter = (UInt64(number) << 16 | UInt64(packet & 0xffff)) &* Self.mostTransmissions
            var sum = base + model.jitter(on: base, of: subject, packet: counter) + impairment.delay
            var pause = (base + impairment.delay) * 2 + NetworkModel.leastRetransmission
            for attempt in 1..<Self.mostTransmissions {
                let isLost = model.loses(
                    subject, transmission: counter &+ attempt, from: sender, to: receiver, at: now, under: impairment)
                guard isLost else { break }
                sum = sum + pause
                pause = pause * 2
            }
            longest = max(longest, sum)
        }
        return longest
    }

    /// After how long a datagram arrives: not at all, once or twice.
    func datagramDelays(
        _ from: Int, _ to: Int, bytes: Int, number: UInt32, at now: VirtualTime, under impairment: Impairment
    ) -> [TimeSpan] {
        let fate = model.fate(
            ofDatagram: UInt64(number), length: bytes, from: NodeIndex(from), to: NodeIndex(to), at: now,
            under: impairment)
        switch fate {
        case .tooLong, .lost: return []
        case .arrives(let delay): return [delay]
        case .arrivesTwice(let one, let other): return [one, other]
        }
    }

    /// What a packet takes at least.
    func base(_ from: Int, _ to: Int) -> TimeSpan { model.base(from: NodeIndex(from), to: NodeIndex(to)) }

    func region(of node: Int) -> Int { model.region(of: NodeIndex(node)) }
    func position(of node: Int) -> (x: UInt16, y: UInt16) { model.position(of: NodeIndex(node)) }
}

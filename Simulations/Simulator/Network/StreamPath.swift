import Overlay

/// One direction of a reliable stream, as far as packets are concerned: how long a message takes until all of it is there.
/// That nothing overtakes is the stream's own matter. 32 bytes; what it needs of the network is given with each call.
///
/// A lost packet is sent again when the retransmission timeout has passed, which doubles each time (RFC 6298), or after a
/// round trip when at least three packets of the message come behind it (RFC 5681, fast retransmit).
struct StreamPath: Sendable {
    /// Transmissions of one packet; the last one arrives, so that a link with loss 1 is slow and not eternal.
    static let mostTransmissions: UInt64 = 12
    /// Packets behind a lost one whose acknowledgements tell the sender of the loss.
    private static let duplicatesThatTell = 3

    /// One way, without jitter and faults.
    let base: TimeSpan
    private let from: NodeIndex
    private let to: NodeIndex
    /// Names the direction in draws.
    private let subject: UInt64
    private var packets: UInt64 = 0

    /// - Parameter wire: names the connection in draws; below 2⁶².
    init(from: NodeIndex, to: NodeIndex, of wire: UInt64, isReturn: Bool, in model: NetworkModel) {
        self.from = from
        self.to = to
        base = model.base(from: from, to: to)
        subject = (wire << 1 | (isReturn ? 1 : 0)) & ~(1 << 63)
    }

    /// The pause before what was held back by a cut is sent again.
    var retransmission: TimeSpan { retransmission(under: .none) }

    private func retransmission(under impairment: Impairment) -> TimeSpan {
        (base + impairment.delay) * 2 + NetworkModel.leastRetransmission
    }

    /// How long a message takes until all of it is there; at least the model's floor.
    /// - Parameters:
    ///   - length: in bytes.
    ///   - isFirst: no round trip was measured yet.
    mutating func delay(
        of length: Int, isFirst: Bool, at now: VirtualTime, in model: NetworkModel, under impairment: Impairment = .none
    ) -> TimeSpan {
        let count = max(1, (length + model.packetLength - 1) / model.packetLength)
        var longest = TimeSpan.zero
        for number in 0..<count {
            packets += 1
            let hasFollowers = count - number > Self.duplicatesThatTell
            let pauses = pauses(
                isFirst: isFirst, hasFollowers: hasFollowers, at: now, in: model, under: impairment)
            let jitter = model.jitter(on: base, of: subject, packet: packets)
            longest = max(longest, pauses + base + jitter)
        }
        return longest + impairment.delay
    }

    /// What retransmissions of the packet take.
    private func pauses(
        isFirst: Bool, hasFollowers: Bool, at now: VirtualTime, in model: NetworkModel, under impairment: Impairment
    ) -> TimeSpan {
        var pause = isFirst ? NetworkModel.firstRetransmission : retransmission(under: impairment)
        var sum = TimeSpan.zero
        for attempt in 1..<Self.mostTransmissions {
            let transmission = packets &* Self.mostTransmissions &+ attempt
            guard
                model.loses(
                    subject, transmission: transmission, from: from, to: to, at: now + sum, under: impairment)
            else { break }
            if attempt == 1, hasFollowers, !isFirst {
                sum = sum + (base + impairment.delay) * 2
            } else {
                sum = sum + pause
                pause = pause * 2
            }
        }
        return sum
    }
}

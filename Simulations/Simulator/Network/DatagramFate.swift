import Overlay

/// What becomes of one datagram.
public enum DatagramFate: Hashable, Sendable {
    /// Longer than what passes in one piece; dropped.
    case tooLong
    case lost
    /// After so long.
    case arrives(TimeSpan)
    /// The same twice, each after so long, in any order.
    case arrivesTwice(TimeSpan, TimeSpan)
}

extension NetworkModel {
    /// A TCP header with time stamps is this much longer than the header of UDP.
    private static let headerDifference = 24
    /// A datagram that is held up takes up to this many times as long.
    private static let mostReordering: UInt64 = 4

    /// The longest datagram that passes, in bytes of payload. Nothing is fragmented.
    public var longestDatagram: Int { packetLength + Self.headerDifference }

    /// What becomes of a datagram.
    /// - Parameters:
    ///   - number: the sender's count of its datagrams to this receiver.
    ///   - length: of the payload, in bytes.
    public func fate(
        ofDatagram number: UInt64, length: Int, from: NodeIndex, to: NodeIndex, at now: VirtualTime,
        under impairment: Impairment = .none
    ) -> DatagramFate {
        guard length <= longestDatagram else { return .tooLong }
        let subject = UInt64(from.number) << 32 | UInt64(to.number)
        guard !loses(Self.named(subject), transmission: number, from: from, to: to, at: now, under: impairment)
        else { return .lost }
        let first = time(of: number << 1, subject, from: from, to: to, under: impairment)
        guard happensTwice(subject, number, under: impairment) else { return .arrives(first) }
        return .arrivesTwice(first, time(of: number << 1 | 1, subject, from: from, to: to, under: impairment))
    }

    private func happensTwice(_ subject: UInt64, _ number: UInt64, under impairment: Impairment) -> Bool {
        if duplication.numerator > 0, draws.happens(duplication, .duplication, of: subject, number << 1) { return true }
        guard impairment.duplication.numerator > 0 else { return false }
        return draws.happens(impairment.duplication, .duplication, of: subject, number << 1 | 1)
    }

    private func time(
        of copy: UInt64, _ subject: UInt64, from: NodeIndex, to: NodeIndex, under impairment: Impairment
    ) -> TimeSpan {
        let base = base(from: from, to: to)
        let time = base + jitter(on: base, of: Self.named(subject), packet: copy) + impairment.delay
        guard impairment.reordering.numerator > 0,
            draws.happens(impairment.reordering, .reordering, of: subject, copy << 1)
        else { return time }
        let most = time * (Self.mostReordering - 1)
        return time + draws.span(in: SpanRange(.zero, most), .reordering, of: subject, copy << 1 | 1)
    }

    /// Pairs as datagrams know them have other numbers in draws than connections.
    private static func named(_ subject: UInt64) -> UInt64 { ~subject & ~(1 << 63) }
}

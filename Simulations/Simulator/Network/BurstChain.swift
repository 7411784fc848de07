import Overlay

/// Evaluates ``BurstLoss`` at any moment without keeping a state.
///
/// Time is cut into slots of a quarter of the mean bad time. At each slot a link's state is drawn anew with a probability
/// r, and otherwise it stays: that is a two-state Markov chain with P(good → bad) = r·share and P(bad → good) =
/// r·(1 - share) = 1/4. The state of a slot follows from the latest slot at or before it in which it was drawn anew,
/// 1/r slots back on average.
struct BurstChain: Hashable, Sendable {
    private static let slotsPerBadTime: UInt64 = 4
    /// With r at least a quarter, one chain in 10³¹ would go back farther.
    private static let farthest: UInt64 = 256

    private let slot: UInt64
    private let badShare: Ratio
    private let renewal: Ratio
    private let loss: Ratio

    /// - Throws: ``NetworkError/burst(_:)`` for a share or a length that makes no chain.
    init(_ bursts: BurstLoss) throws(NetworkError) {
        let share = bursts.badShare
        guard share.denominator <= 1 << 32, share.numerator * 4 <= share.denominator * 3,
            (TimeSpan.milliseconds(1)...TimeSpan.hours(1)).contains(bursts.meanBad)
        else { throw .burst(bursts) }
        slot = bursts.meanBad.nanoseconds / Self.slotsPerBadTime
        badShare = share
        renewal = Ratio(share.denominator, Self.slotsPerBadTime * (share.denominator - share.numerator))
        loss = bursts.loss
    }

    /// A packet passes the sender's way out and the receiver's way in.
    func loses(
        _ subject: UInt64, transmission: UInt64, from: NodeIndex, to: NodeIndex, at now: VirtualTime, draws: Draws
    ) -> Bool {
        guard draws.happens(loss, .burst, of: subject, transmission) else { return false }
        return isBad(UInt64(from.number) << 1, at: now, draws: draws)
            || isBad(UInt64(to.number) << 1 | 1, at: now, draws: draws)
    }

    /// - Parameter direction: a node's number twice, one more for its way in.
    func isBad(_ direction: UInt64, at now: VirtualTime, draws: Draws) -> Bool {
        // Links are numbered beyond everything that packets are numbered by.
        let subject = direction | 1 << 63
        var slot = now.nanoseconds / slot
        let first = slot > Self.farthest ? slot - Self.farthest : 0
        while slot > first, !draws.happens(renewal, .burst, of: subject, slot << 1) { slot -= 1 }
        return draws.happens(badShare, .burst, of: subject, slot << 1 | 1)
    }
}

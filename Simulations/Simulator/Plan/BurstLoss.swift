import Overlay

/// Losses that come in bursts: every direction of every node's access link is well or badly off, changes between the two as
/// a Markov chain does, and loses packets only while it is badly off (Gilbert 1960, Elliott 1963).
public struct BurstLoss: Hashable, Sendable {
    /// The share of time in which a direction is badly off; three quarters at most.
    public var badShare: Ratio
    /// How long a bad time lasts on average.
    public var meanBad: TimeSpan
    /// The share of packets that is lost in a bad time.
    public var loss: Ratio

    public init(badShare: Ratio, meanBad: TimeSpan, loss: Ratio) {
        self.badShare = badShare
        self.meanBad = meanBad
        self.loss = loss
    }
}

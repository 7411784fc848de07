import Overlay

/// What faults do to packets from one node to another at the moment, on top of what the network does to all.
public struct Impairment: Hashable, Sendable {
    public var loss = Ratio.never
    public var delay = TimeSpan.zero
    /// Of datagrams.
    public var duplication = Ratio.never
    /// Of datagrams: so many take up to four times as long.
    public var reordering = Ratio.never

    public static let none = Impairment()

    public init(
        loss: Ratio = .never, delay: TimeSpan = .zero, duplication: Ratio = .never, reordering: Ratio = .never
    ) {
        self.loss = loss
        self.delay = delay
        self.duplication = duplication
        self.reordering = reordering
    }
}

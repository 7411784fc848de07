import Overlay

/// How long nodes stay and how long they are away, drawn anew each time from tables of quantiles.
public struct Churn: Hashable, Sendable {
    public enum Model: String, CaseIterable, Hashable, Sendable {
        /// Sessions on the public IPFS network of 2022: half of them under two hours, a long tail.
        case ipfs2022
        /// Weibull, shape 0.68, scale 14,900 s: sessions of KAD (KIT).
        case kad
        /// Exponential with a median of 1.4 minutes (Bamboo's harshest).
        case bamboo
    }

    public var model: Model
    /// Sessions and absences are this many times shorter than the model's.
    public var speedup: UInt64
    /// Who comes and goes; the others stay.
    public var nodes: NodeSelection
    public var start: TimeSpan
    public var end: TimeSpan?

    public init(
        _ model: Model, speedup: UInt64 = 1, of nodes: NodeSelection = .except(.bootstraps), from start: TimeSpan,
        until end: TimeSpan? = nil
    ) {
        self.model = model
        self.speedup = speedup
        self.nodes = nodes
        self.start = start
        self.end = end
    }
}

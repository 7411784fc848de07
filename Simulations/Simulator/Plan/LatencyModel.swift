import Overlay

/// How long packets take between two nodes, one way, without jitter.
public enum LatencyModel: Hashable, Sendable {
    /// Drawn once for each pair.
    case uniform(SpanRange)
    /// Log-normal by a median and the spread of its logarithm in thousandths, drawn once for each pair.
    case logNormal(median: TimeSpan, spread: UInt64)
    /// Nodes live on a map of regions with weights; a pair takes as long as light in fibre on a detour, and both ends' last
    /// miles on top.
    case geographic
    /// Nodes live in the rows of a matrix of microseconds, evenly; rows are the regions.
    case matrix([[UInt64]])
}

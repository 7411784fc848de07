/// Why an opponent cannot run a plan.
public enum ControlError: Error, Hashable, Sendable {
    /// Found, and the most that the system takes.
    case nodeCount(Int, most: Int)
    /// Found; at least one, and no more than there are nodes.
    case bootstrapCount(Int)
    /// Found; at least one, and no more than there are nodes.
    case publisherCount(Int)
    /// A matrix of latencies has no rows, or a row that is not as long as there are rows.
    case latencyMatrix
    /// The named model has no counterpart among the opponents.
    case latencyModel(String)
}

extension ControlError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .nodeCount(let found, let most): "a world of \(found) nodes; expected 1 to \(most)"
        case .bootstrapCount(let found): "\(found) bootstraps; expected at least one, and no more than there are nodes"
        case .publisherCount(let found): "\(found) publishers; expected at least one, and no more than there are nodes"
        case .latencyMatrix: "the matrix of latencies is not square, or empty"
        case .latencyModel(let name): "opponents cannot run with the latency model \(name)"
        }
    }
}

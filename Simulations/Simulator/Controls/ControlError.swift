/// Why an opponent cannot run a plan.
public enum ControlError: Error, Hashable, Sendable {
    /// Found, and the most that the system takes.
    case nodeCount(Int, most: Int)
    /// Found; at least one, and no more than there are nodes.
    case bootstrapCount(Int)
    /// Found; at least one, and no more than there are nodes.
    case publisherCount(Int)
    /// The plan's network cannot be.
    case network(NetworkError)
}

extension ControlError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .nodeCount(let found, let most): "a world of \(found) nodes; expected 1 to \(most)"
        case .bootstrapCount(let found): "\(found) bootstraps; expected at least one, and no more than there are nodes"
        case .publisherCount(let found): "\(found) publishers; expected at least one, and no more than there are nodes"
        case .network(let error): error.description
        }
    }
}

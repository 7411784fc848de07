import Gossip

/// One service that this node offers to the mesh.
struct ServiceConfiguration: Equatable, Sendable {
    /// Where its requests go.
    enum Backend: Equatable, Sendable {
        case url(BackendURL)
        case command(BackendCommand)
    }

    var name: ServiceName
    var description: String
    var backend: Backend
    /// Requests that the backend is given at once; nil for as many as come.
    var slots: Int?
}

/// A program that speaks MCP over its standard input and output.
struct BackendCommand: Equatable, Sendable {
    /// The program and its arguments; never empty.
    var arguments: [String]
    /// Added to the environment of the node for the program; ordered by name.
    var environment: [Variable]

    struct Variable: Equatable, Sendable {
        var name: String
        var value: String
    }
}

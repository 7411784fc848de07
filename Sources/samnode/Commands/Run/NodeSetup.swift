import Overlay

/// What a running node was started with, as far as its reports show it.
struct NodeSetup: Sendable {
    /// As in `mesh-root.pub`.
    var rootKeys: [String]
    var bootstraps: [Multiaddr]

    init(_ inputs: NodeInputs) {
        rootKeys = inputs.admission.roots.map(\.description)
        bootstraps = inputs.bootstraps
    }
}

import Foundation
import Overlay

/// What a running node was started with, as far as its reports show it.
struct NodeSetup: Sendable {
    /// As in `mesh-root.pub`.
    var rootKeys: [String]
    var bootstraps: [Multiaddr]
    var dataDirectory: String
    /// When the node's own token ends.
    var tokenExpiry: WallTime

    init(_ inputs: NodeInputs) {
        rootKeys = inputs.admission.roots.map(\.description)
        bootstraps = inputs.bootstraps
        // Whoever asks may be in another working directory.
        dataDirectory = URL(filePath: inputs.directory.path).path(percentEncoded: false)
        tokenExpiry = inputs.tokenExpiry
    }
}

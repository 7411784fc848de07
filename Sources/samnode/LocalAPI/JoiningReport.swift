/// The answer of `GET /sam/node/joining`: what the node knows of finding its mesh and being found.
struct JoiningReport: Codable, Equatable, Sendable {
    var peer: String
    /// 64 hexadecimal digits.
    var meshId: String
    /// The keys whose tokens the node accepts, as in `mesh-root.pub`.
    var rootKeys: [String]
    /// With the peer id at the end.
    var listenAddresses: [String]
    /// The addresses that the node begins with.
    var bootstraps: [String]
}

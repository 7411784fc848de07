/// One node's entry in the answer of `GET /sam/node/catalog`.
struct CatalogReport: Codable, Equatable, Sendable {
    var peer: String
    var isLocal: Bool
    var sequence: UInt64
    /// Milliseconds since 1970.
    var issuedAt: UInt64
    /// Milliseconds since 1970.
    var expiresAt: UInt64
    var services: [Service]

    struct Service: Codable, Equatable, Sendable {
        /// `mcp`, `inference` or `a2a`.
        var type: String
        var name: String
        var description: String
        var models: [String]
        /// `key=value`, in order of the keys.
        var labels: [String]
        /// Absent when the node does not know.
        var load: LoadReport?

        /// Whether both describe the same service, however busy it is.
        func offersSame(as other: Self) -> Bool {
            var other = other
            other.load = load
            return self == other
        }
    }

    /// Whether the host offers the same in both.
    func offersSame(as other: Self) -> Bool {
        services.count == other.services.count && zip(services, other.services).allSatisfy { $0.offersSame(as: $1) }
    }
}

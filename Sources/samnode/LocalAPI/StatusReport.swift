/// The answer of `GET /sam/node/status`, in JSON with snake_case names.
struct StatusReport: Codable, Equatable, Sendable {
    var peer: String
    var isReady: Bool
    /// Why it is not ready; nil when it is.
    var reason: String?
    var listenAddresses: [String]
    var uptimeSeconds: Double
    var links: Int
    /// Contacts in the routing table.
    var contacts: Int
    var catalogEntries: Int
    var requestsServed: UInt64
    /// The core's counters by name, in order; `/metrics` shows them too.
    var counters: [Counter]
    /// Peers without a token that look things up over libp2p's DHT; nil where they are not served.
    var libp2pNeighbours: Int?
    /// How many nodes the mesh seems to have, this one included, judged from distances in the key space.
    var estimatedNodes: Int?
    /// Peers with which the node gossips.
    var neighbours: Int?
    /// Whether others reach the node, and what it is in the DHT.
    var reach: ReachReport?
    /// What of the mesh's entries the catalog holds; nil when all.
    var partialCatalog: PartialCatalogReport?

    struct Counter: Codable, Equatable, Sendable {
        /// Lower-case words joined by `_`.
        var name: String
        var value: UInt64
    }
}

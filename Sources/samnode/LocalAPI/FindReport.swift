/// The answer of `GET /sam/node/find`: what a search in the DHT found, and whom it asked.
struct FindReport: Codable, Equatable, Sendable {
    /// What was searched, in words.
    var topic: String
    /// `found` when as many hosts were found as wanted, `complete` when all registrars were asked, `query_limit`,
    /// `time_limit`, `busy`, or `no_peer` when the node knew nobody to ask and nobody came in time.
    var end: String
    var milliseconds: Double
    /// Registrars asked, and those that answered.
    var asked: Int
    var answered: Int
    var entries: [CatalogReport]
    var steps: [Step]

    /// One registrar's answer.
    struct Step: Codable, Equatable, Sendable {
        /// Since the search began.
        var milliseconds: Double
        var registrar: String
        /// Leading bits that its key shares with the topic's.
        var bucket: Int
        /// Hosts that it named and nobody had named before.
        var hosts: [String]
        /// Entries that it told and that were forged, over, or of something else.
        var refused: Int
    }
}

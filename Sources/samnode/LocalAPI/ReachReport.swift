/// Whether others reach a node, in the reports of the local API.
struct ReachReport: Codable, Equatable, Sendable {
    /// What the node tells others that it is in the DHT: `server` or `client`.
    var role: String
    /// What dial-backs tell: `unknown`, `reached`, `links_only` or `unreached`.
    var reach: String
    /// Networks, or peers of local networks, whose dial-backs arrived, of those that count now.
    var reached: Int
    /// The same whose dial-backs did not arrive.
    var missed: Int
    /// The multiaddr at which the last one that was asked saw the node; nil before the first.
    var seen: String?
}

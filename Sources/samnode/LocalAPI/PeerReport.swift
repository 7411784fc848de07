/// One link in the answer of `GET /sam/node/peers`.
struct PeerReport: Codable, Equatable, Sendable {
    var peer: String
    /// `inbound` or `outbound`.
    var direction: String
    var address: String
    /// What carries the link: `tcp` or another protocol of a multiaddr; nil when the address does not say.
    var transport: String?
    var ageSeconds: Double
    /// Nil before the first ping came back.
    var roundTripMilliseconds: Double?
    /// Whether the other side has shown a token of this mesh.
    var isAdmitted: Bool
    /// From that token.
    var user: String?
    /// From that token.
    var roles: [String]
    /// Circuits that end or pass here.
    var streams: Int
    var bytesReceived: UInt64
    var bytesSent: UInt64
    /// What the peer says that it is in the DHT: `server` or `client`; nil when it has not told.
    var dht: String?
}

/// One link in the answer of `GET /sam/node/peers`.
struct PeerReport: Codable, Equatable, Sendable {
    var peer: String
    /// `inbound` or `outbound`.
    var direction: String
    var address: String
    var ageSeconds: Double
    /// Nil before the first ping came back.
    var roundTripMilliseconds: Double?
    /// Whether the other side has shown a token of this mesh.
    var isAdmitted: Bool
    /// From that token.
    var user: String?
    var bytesReceived: UInt64
    var bytesSent: UInt64
}

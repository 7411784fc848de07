/// The answer of `GET /sam/node/joining`: what the node knows of finding its mesh and being found.
struct JoiningReport: Codable, Equatable, Sendable {
    var peer: String
    /// 64 hexadecimal digits.
    var meshId: String
    /// The keys whose tokens the node accepts, as in `mesh-root.pub`.
    var rootKeys: [String]
    var dataDirectory: String
    /// When the node's own token ends, in milliseconds since 1970.
    var tokenExpiresAt: UInt64
    /// Why the other nodes refuse this one whatever its token says: it was revoked. Nil when it was not.
    var revoked: String?
    /// With the peer id at the end.
    var listenAddresses: [String]
    /// The addresses that the node begins with.
    var bootstraps: [String]
    var uptimeSeconds: Double
    /// Links that both ends admitted.
    var links: Int
    /// The last try of each address, those that the node begins with first.
    var dials: [Dial] = []
    /// Links that others opened, since the start.
    var inboundLinks: UInt64 = 0
    /// The last refusal of a peer that had dialed this node.
    var refusedHere: Words?
    /// The last refusal by a peer that had dialed this node.
    var refused: Words?
    /// How far the newest statement of another node is ahead of this node's clock; nil without any statement.
    var othersAheadSeconds: Double?
    /// By how much most neighbours' clocks are ahead of this node's, negative when they are behind; nil while too few are known.
    var neighboursAheadSeconds: Double?
    /// Entries of the catalog that came too early or too late by this node's clock.
    var untimelyEntries: UInt64 = 0
    /// Whether others reach the node.
    var reach: ReachReport?

    struct Words: Codable, Equatable, Sendable {
        var words: String
        var ageSeconds: Double
    }

    struct Dial: Codable, Equatable, Sendable {
        /// How the last try went.
        enum Outcome: String, Codable, CaseIterable, Sendable {
            case connecting
            case failed
            /// Somebody answered and has not said yet whether this node is welcome.
            case answered
            case admitted
            case refused
            /// This node refused whoever answered.
            case refusedHere = "refused_here"
            case full
            case leaving
        }

        var address: String
        var isBootstrap: Bool
        var attempts: UInt64
        /// Since the last try began.
        var ageSeconds: Double
        /// Who answered.
        var peer: String?
        /// Whether there is a link to that peer now.
        var isLinked: Bool
        /// The mesh of whoever answered, when it is another one.
        var otherMesh: String?
        var outcome: Outcome
        /// What went wrong, in the words of this node or of the peer.
        var reason: String?
    }
}

import Gossip
import Inference
import Overlay

/// The answer of `GET /sam/node/revocations`.
struct RevocationReport: Codable, Equatable, Sendable {
    /// Why the other nodes refuse this one; nil when it was not revoked.
    var own: String?
    /// Revocations of which the node knows only that they exist.
    var missing: Int
    var revocations: [Item]

    struct Item: Codable, Equatable, Sendable {
        var number: UInt64
        /// `token` or `peer`.
        var kind: String
        /// The revocation id of a token's block in hexadecimal, or a peer id.
        var subject: String
        /// As in `mesh-root.pub`.
        var rootKey: String
        /// Milliseconds since 1970.
        var issuedAt: UInt64
        /// From when on no token can be good that this is about, in milliseconds since 1970.
        var endsAt: UInt64
        /// The statement itself, as `POST /sam/node/revocations` takes it.
        var statement: String
    }

    init(of list: RevocationList, own: AdmissionRefusal?) {
        self.own = own?.description
        missing = list.missingCount
        revocations = list.all.map(Item.init)
    }
}

extension RevocationReport.Item {
    init(_ revocation: Revocation) {
        let contents = revocation.contents
        let (kind, subject) =
            switch contents.subject {
            case .block(let id): ("token", Hexadecimal.encode(id))
            case .peer(let peer): ("peer", peer.text)
            }
        self.init(
            number: contents.number, kind: kind, subject: subject,
            rootKey: "ed25519/" + Hexadecimal.encode(contents.root.bytes.array),
            issuedAt: contents.issuedAt.milliseconds,
            endsAt: contents.end.milliseconds, statement: revocation.line)
    }
}

/// The answer of `POST /sam/node/revocations`: what became of each statement.
struct RevocationIntakeReport: Codable, Equatable, Sendable {
    /// New to the node, and on their way to the others.
    var taken: Int
    /// Known before.
    var known: Int
    var refused: [Refused]

    struct Refused: Codable, Equatable, Sendable {
        /// Counted from 1.
        var line: Int
        var reason: String
    }
}

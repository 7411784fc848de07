import Biscuit
import Overlay

/// Why a token does not make a peer a member of the mesh. Each description says what would.
public enum AdmissionRefusal: Error, Hashable, Sendable {
    /// There is none.
    case missing
    /// The bytes are no token.
    case malformed(String)
    /// No trusted root key made the first signature: a token of another mesh, or one that was changed.
    case foreign
    /// The token was changed after it was signed.
    case tampered(String)
    /// The authority block names no peer that the token belongs to.
    case unbound
    /// The token belongs to another peer than the one that shows it.
    case otherPeer(peer: PeerID)
    /// The authority block says nothing about when the token ends.
    case unlimited
    case expired(WallTime)
    /// The token, or one that it was made from.
    case revoked
    /// Every token of the peer.
    case peerRevoked
    /// A check that the token carries says no.
    case failedCheck(String)
    /// The token's Datalog cannot be evaluated; a check that cannot be carried out is a refusal.
    case unevaluable(String)

    /// Whether whoever runs the mesh has taken back what it had signed.
    public var isRevocation: Bool { self == .revoked || self == .peerRevoked }

    /// A word for machines: the `error.code` of answers and the label of counters.
    public var code: String {
        switch self {
        case .missing: "token_missing"
        case .malformed: "token_malformed"
        case .foreign: "token_foreign"
        case .tampered: "token_tampered"
        case .unbound, .otherPeer: "token_not_bound"
        case .unlimited, .expired: "token_expired"
        case .revoked, .peerRevoked: "token_revoked"
        case .failedCheck: "token_check_failed"
        case .unevaluable: "token_unevaluable"
        }
    }
}

extension AdmissionRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing: "no token was shown; start the node with one from: samnode authority issue"
        case .malformed(let reason): "the token cannot be read (\(reason)); it must be a Biscuit, whole and unchanged"
        case .foreign:
            "no trusted root key signed the token: it is from another mesh or was changed; use one of this mesh"
        case .tampered(let reason): "the token was changed after it was signed (\(reason)); use it as it was issued"
        case .unbound: "the token names no peer that it belongs to; issue one with --peer"
        case .otherPeer(let peer):
            "the token belongs to another peer than \(peer), which showed it; issue one with --peer \(peer)"
        case .unlimited: "the token says nothing about when it ends; issue one with --ttl"
        case .expired(let end): "the token expired at \(CalendarTime.text(end)); issue a new one"
        case .revoked: "the token was revoked by whoever runs the mesh; ask there for a new one"
        case .peerRevoked:
            "the peer was revoked by whoever runs the mesh: no token of it is good any more; ask there, and join with a new key"
        case .failedCheck(let check): "a check in the token fails: \(check)"
        case .unevaluable(let reason): "the token's checks cannot be carried out: \(reason)"
        }
    }
}

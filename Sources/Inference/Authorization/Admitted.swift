import Biscuit
import Gossip
import Overlay

/// A peer that showed a token of this mesh, with everything that the token says. Made by ``Admission`` alone, so that
/// having one means that signatures, binding and expiry were checked.
///
/// An object, because links and memories of a whole process refer to the same one.
public final class Admitted: Sendable {
    /// The peer that the handshake proved and that the token is bound to.
    public let peer: PeerID
    /// Parsed, verified and decoded once; every request is judged with it.
    public let token: VerifiedToken
    public let digest: TokenDigest
    public let user: String?
    public let email: String?
    public let groups: [String]
    public let roles: [String]
    public let rights: [String]
    /// As the mesh's authority attests them; in order of keys, then values. One key may have several values.
    public let labels: [Label]
    /// The end of the token's own validity. Blocks added later may end it earlier; see ``Admission/review(_:at:)``.
    public let expiry: WallTime
    /// Whether no block has a check: then time alone can end the admission.
    let isUnconditional: Bool

    init(
        peer: PeerID, token: VerifiedToken, digest: TokenDigest, claims: Claims, expiry: WallTime, isUnconditional: Bool
    ) {
        self.peer = peer
        self.token = token
        self.digest = digest
        user = claims.users.first
        email = claims.emails.first
        groups = claims.groups
        roles = claims.roles
        rights = claims.rights
        labels = claims.labels
        self.expiry = expiry
        self.isUnconditional = isUnconditional
    }

    /// The root that signed the token, which is also what names the mesh.
    public var root: Biscuit.PublicKey { token.root }

    public var caller: Caller { Caller(peer: peer, user: user, groups: groups) }

    /// How a message names the caller.
    var name: String { user.map { "user \"\($0)\"" } ?? "peer \(peer)" }
}

import Biscuit
import Gossip
import Overlay

/// What somebody needs to find a mesh: its root keys and addresses of nodes. It holds no secret and admits nobody; the
/// token does.
///
/// Every value has a text that ``init(parsing:)`` reads back.
public struct Invitation: Hashable, Sendable {
    /// The public keys whose tokens are accepted; the first names the mesh.
    public let roots: [Biscuit.PublicKey]
    /// The id of the first root key.
    public let meshID: MeshID
    /// Where to begin, best first; each ends in `/p2p/` and the peer that must prove itself there. May be empty: the
    /// nodes of a local network find each other.
    public let addresses: [Multiaddr]

    /// Keys and addresses that occur twice are taken once.
    /// - Throws: ``InvitationError`` for more than ``InvitationLimits`` allows and for addresses that nobody can dial.
    public init(roots: [Biscuit.PublicKey], addresses: [Multiaddr]) throws(InvitationError) {
        self.roots = roots.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        self.addresses = addresses.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        guard let first = roots.first else {
            throw InvitationError("root", found: "none", expected: "at least one root key")
        }
        guard let meshID = MeshID(root: first) else {
            throw InvitationError("root", found: "\(first)", expected: "an ed25519 key first: it names the mesh")
        }
        self.meshID = meshID
        try Self.check(count: self.roots.count, of: "root", limit: InvitationLimits.roots)
        try Self.check(count: self.addresses.count, of: "node", limit: InvitationLimits.addresses)
        for address in self.addresses { try Self.check(address) }
        try Self.check(length: text.utf8.count)
    }

    private static func check(count: Int, of field: String, limit: Int) throws(InvitationError) {
        guard count > limit else { return }
        throw InvitationError(field, found: "\(count) of them", expected: "at most \(limit)")
    }

    private static func check(length: Int) throws(InvitationError) {
        guard length > InvitationLimits.textLength else { return }
        throw InvitationError(
            "text", found: "\(length) bytes", expected: "at most \(InvitationLimits.textLength) bytes")
    }

    /// An address must name a place that can be dialed and who has to be there.
    private static func check(_ address: Multiaddr) throws(InvitationError) {
        let found = InvitationError.quoted(address.text)
        guard address.peer != nil else {
            throw InvitationError("node", found: found, expected: "an address that ends in /p2p/12D3KooW…")
        }
        let port = address.tcpPort ?? address.udpPort ?? 0
        guard port != 0, address.host != nil || address.ip.map({ !$0.isUnspecified }) ?? false else {
            throw InvitationError(
                "node", found: found, expected: "an address that others can dial, like /ip4/192.0.2.1/tcp/5002/p2p/…")
        }
    }
}

extension IPAddress {
    /// `0.0.0.0` and `::`: no address of any machine.
    fileprivate var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }
}

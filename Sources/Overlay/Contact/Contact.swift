/// Where and for how long a node can be reached: the decoded content of a ``ContactRecord``.
///
/// A value on its own proves nothing; whoever passes a contact on sends the record's exact bytes.
public struct Contact: Hashable, Sendable {
    /// The node, which is its public key.
    public let peer: PeerID
    /// The node's place in the keyspace, kept because every comparison of distances needs it.
    public let key: NodeKey
    /// Higher replaces lower, whatever the clocks say.
    public let sequence: UInt64
    /// When the node signed this.
    public let issuedAt: WallTime
    /// How long after ``issuedAt`` it may be used.
    public let timeToLive: TimeSpan
    /// What the node offers to others.
    public let roles: ContactRoles
    /// Where it listens, best first.
    public let addresses: [Multiaddr]

    public init(
        peer: PeerID, sequence: UInt64, issuedAt: WallTime, timeToLive: TimeSpan, roles: ContactRoles,
        addresses: [Multiaddr]
    ) {
        self.peer = peer
        self.key = NodeKey(peer)
        self.sequence = sequence
        self.issuedAt = issuedAt
        self.timeToLive = timeToLive
        self.roles = roles
        self.addresses = addresses
    }

    /// The moment from which on the record is no longer passed on.
    public var expiresAt: WallTime { issuedAt + timeToLive }
    /// When its owner signs the next one.
    public var renewsAt: WallTime { issuedAt + timeToLive / 2 }
}

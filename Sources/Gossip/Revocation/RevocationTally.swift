import Overlay

/// What a node has of one root's revocations, for comparisons.
public struct RevocationTally: Hashable, Sendable {
    /// Whose revocations are counted.
    public var root: PublicKey
    /// The lowest number that still matters.
    public var floor: UInt64
    /// Every number from the floor to this one is known; one below the floor when none is.
    public var through: UInt64
    /// SHA-256 over the ids of the statements with these numbers, in their order.
    public var hash: Bytes32

    public init(root: PublicKey, floor: UInt64, through: UInt64, hash: Bytes32) {
        self.root = root
        self.floor = floor
        self.through = through
        self.hash = hash
    }

    /// Whether a node can have this.
    var isConsistent: Bool {
        floor >= 1 && through < 1 << 63 && through >= floor - 1 && through - (floor - 1) <= Revocation.capacity
    }
}

import Overlay

/// The fixed front of every entry: all that is needed to judge whether the rest deserves to be read and its signature
/// to be checked.
public struct EntryHeader: Hashable, Sendable {
    /// What an entry says of its node.
    public enum Kind: UInt8, Hashable, Sendable {
        /// The node offers the services listed.
        case live = 1
        /// The node offers nothing any more. Kept until it expires, so that an older live entry cannot come back.
        case tombstone = 2
    }

    /// The only version so far.
    public static let version: UInt8 = 1
    /// Bytes of a header: version 1, kind 1, mesh 32, public key 32, sequence 8, issued-at 8, ttl 4.
    public static let length = 86
    /// Sequence numbers are below this, so that the next one always exists.
    static let sequenceBound: UInt64 = 1 << 63

    public let kind: Kind
    public let mesh: MeshID
    /// Whose entry it is, and whose signature it carries.
    public let peer: PeerID
    /// Grows with each entry of the peer; milliseconds of its wall clock, so that it survives a restart without a disk.
    public let sequence: UInt64
    /// By the peer's own clock.
    public let issuedAt: WallTime
    /// Whole seconds.
    public let ttl: TimeSpan

    /// When the entry ends by its own account.
    public var expiry: WallTime { issuedAt + ttl }
}

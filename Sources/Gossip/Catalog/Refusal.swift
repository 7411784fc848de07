import Overlay

/// Why an entry was not taken.
public enum Refusal: Error, Hashable, Sendable {
    /// Not signed by the peer that it names.
    case forged
    /// A later entry of the peer is known.
    case stale
    /// The same sequence number with other bytes, and those that are known have the lower hash.
    case equivocation
    /// Expired for longer than clocks may differ.
    case expired
    /// Issued later than clocks may differ.
    case fromTheFuture
    /// Of another mesh.
    case foreignMesh
    /// Longer than ``GossipSettings/entryLength``.
    case oversized
    /// Not what the format says.
    case malformed
    /// Claims a life above ``GossipSettings/maximumTTL``.
    case ttlTooLong
    /// The peer changes its entry too often.
    case rateLimited(origin: PeerID)
    /// No room for a peer that is not in the table.
    case full
    /// The peer was revoked.
    case revoked
    /// It came in a compact form that is none.
    case unreadable(CompactRefusal)

    /// True when no honest node passes such an entry on, whatever its clock and its own tables say; the neighbour that
    /// sent it may lose its link.
    public var provesMisbehavior: Bool {
        switch self {
        case .forged, .foreignMesh, .oversized, .malformed, .ttlTooLong, .unreadable: true
        case .stale, .equivocation, .expired, .fromTheFuture, .rateLimited, .full, .revoked: false
        }
    }
}

import Overlay

/// What the membership asks of whoever drives it.
public enum MembershipAction: Hashable, Sendable {
    /// Send this over the link to a peer.
    case send(MembershipMessage, to: PeerID)
    /// The peer is a neighbour now: entries are broadcast to it and compared with it.
    case activated(PeerID)
    /// It is one no more. Its link may be up still.
    case deactivated(PeerID)
    /// Make a link to this peer; tell ``Membership/dialFailed(_:)`` when it fails.
    case connect(ContactRecord)
    /// Something was not used.
    case drop(MembershipDrop, from: PeerID)
}

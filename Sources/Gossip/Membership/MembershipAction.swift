import Overlay

/// What the membership asks of whoever drives it.
public enum MembershipAction: Hashable, Sendable {
    /// Send this over the link to a peer.
    case send(MembershipMessage, to: PeerID)
    /// The peer is a neighbour now: entries are broadcast to it and compared with it.
    case activated(PeerID)
    /// It is one no more. Its link may be up still.
    case deactivated(PeerID)
    /// Make a link to this peer; tell ``Membership/dialFailed(_:at:)`` when it fails.
    case connect(ContactRecord)
    /// Something was not used.
    case drop(MembershipDrop, from: PeerID)
}

/// Why a membership message was not used.
public enum MembershipDrop: String, Hashable, Sendable {
    /// From a peer without a link.
    case notLinked = "not_linked"
    /// An answer without a question, or too late.
    case unexpected
    /// From a peer that is no neighbour, or more of them than ``MembershipSettings/shuffleBurst`` allows.
    case shuffleRate = "shuffle_rate"
    /// A contact whose form, time or signature is wrong.
    case badContact = "bad_contact"
}

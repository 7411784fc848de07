import Overlay

/// What two linked peers say to each other about being neighbours, each message in a frame of its own.
///
/// Integers are big-endian:
///
///     neighbor       1, urgent u8 (0 or 1)
///     accept         2
///     decline        3
///     disconnect     4
///     shuffle        5, id u64, hops u8, count u8, contacts: length u16 and record each
///     shuffle reply  6, id u64, count u8, contacts as above
public enum MembershipMessage: Hashable, Sendable {
    /// The sender wants the receiver as a neighbour; answered by ``accept`` or ``decline``. Urgent: it has hardly any other.
    case neighbor(isUrgent: Bool)
    /// Both are neighbours from now on.
    case accept
    /// There is no room.
    case decline
    /// They are neighbours no more; the link may stay for other things.
    case disconnect
    /// Contacts for the passive view of whoever it ends at; `hops` are left of its walk.
    case shuffle(id: UInt64, hops: UInt8, contacts: [[UInt8]])
    /// Contacts in return, on the way back.
    case shuffleReply(id: UInt64, contacts: [[UInt8]])

    /// The number on the wire.
    public enum Kind: UInt8, CaseIterable, Hashable, Sendable {
        case neighbor = 1
        case accept, decline, disconnect, shuffle, shuffleReply
    }

    /// Which message it is.
    public var kind: Kind {
        switch self {
        case .neighbor: .neighbor
        case .accept: .accept
        case .decline: .decline
        case .disconnect: .disconnect
        case .shuffle: .shuffle
        case .shuffleReply: .shuffleReply
        }
    }
}

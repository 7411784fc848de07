import Overlay

/// What neighbours say to each other, each message in a frame of its own.
public enum GossipMessage: Hashable, Sendable {
    /// Entries that the sender has just taken; the receiver passes on those that are new to it.
    case push([[UInt8]])
    /// Entries that were asked for. `isLast` ends the answer, which may be empty.
    case supply(request: UInt32, isLast: Bool, entries: [[UInt8]])
    /// Entries that the sender has and that the receiver may lack.
    case have([EntrySummary])
    /// Asks for entries; answered by one or more ``supply(request:isLast:entries:)``.
    case want(request: UInt32, [EntrySummary])
    /// What the side that began a comparison says of ranges of its catalog, see ``Reconciler``; the number of the session
    /// is the salt of the ids. Answered by ``difference(session:_:)``.
    case compare(session: UInt32, [UInt8])
    /// What the other side has to say of those ranges; the version alone when they are the same.
    case difference(session: UInt32, [UInt8])
    /// Ids of the comparison, by their first eight bytes, that the sender lacks. Answered by ``summaries(session:_:)``.
    case lack(session: UInt32, [UInt64])
    /// The entries behind those ids.
    case summaries(session: UInt32, [EntrySummary])
    /// ``compare(session:_:)`` over a part of the catalog: what the sender keeps, or what both sides keep. Answered as that, or
    /// by ``narrow(session:_:)``.
    case compareShards(session: UInt32, ShardSelection, [UInt8])
    /// The receiver wants to compare more than the sender keeps, which is this: it may begin anew, under the same number.
    case narrow(session: UInt32, ShardSelection)
    /// Entries that the sender has taken and not pushed to the receiver.
    case announce([EntrySummary])
    /// Asks to be pushed to from now on, and for these entries at once.
    case graft([EntrySummary])
    /// Asks not to be pushed to: another neighbour is quicker.
    case prune
    /// Which revocations the sender has; answered by ``revocations(_:)`` when the receiver has others. `isQuestion` asks the
    /// receiver for its own tallies, too.
    case tally(isQuestion: Bool, [RevocationTally])
    /// Revocations that the receiver lacks, as far as the sender knows.
    case revocations([[UInt8]])
    /// ``push(_:)`` for a receiver that knows a dictionary.
    case packedPush([PackedEntry])
    /// Entries that the sender has just taken and that have left the broadcast tree, or do with this message: they are passed on as
    /// pushed ones, and cut nothing.
    case widePush([PackedEntry])
    /// ``supply(request:isLast:entries:)`` for a receiver that knows a dictionary.
    case packedSupply(request: UInt32, isLast: Bool, entries: [PackedEntry])

    /// The number on the wire.
    public enum Kind: UInt8, CaseIterable, Hashable, Sendable {
        case push = 1
        case supply, have, want
        case tally = 9
        case revocations, packedPush, packedSupply, widePush
        case compare = 20
        case difference, lack, summaries, compareShards, narrow
        case announce = 30
        case graft, prune

        /// As figures are named.
        public var name: String {
            switch self {
            case .packedPush: "packed_push"
            case .packedSupply: "packed_supply"
            case .widePush: "wide_push"
            case .compareShards: "compare_shards"
            default: "\(self)"
            }
        }
    }

    /// Whether it is heard from every peer with a link, neighbour or not: what was revoked.
    public var isForEveryLink: Bool {
        switch self {
        case .tally, .revocations: true
        default: false
        }
    }

    public var kind: Kind {
        switch self {
        case .push: .push
        case .supply: .supply
        case .have: .have
        case .want: .want
        case .compare: .compare
        case .difference: .difference
        case .lack: .lack
        case .summaries: .summaries
        case .compareShards: .compareShards
        case .narrow: .narrow
        case .announce: .announce
        case .graft: .graft
        case .prune: .prune
        case .tally: .tally
        case .revocations: .revocations
        case .packedPush: .packedPush
        case .packedSupply: .packedSupply
        case .widePush: .widePush
        }
    }
}

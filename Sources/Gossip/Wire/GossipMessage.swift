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
    /// Opens a comparison of catalogs; answered by ``equal(session:)`` or by the first page.
    case compare(session: UInt32, CatalogDigest)
    /// The answerer's catalog is the same.
    case equal(session: UInt32)
    /// Asks for the page that begins at a key.
    case turn(session: UInt32, from: UInt64)
    /// A part of the answerer's catalog.
    case page(session: UInt32, SummaryPage)
    /// Which revocations the sender has; answered by ``revocations(_:)`` when the receiver has others. `isQuestion` asks the
    /// receiver for its own tallies, too.
    case tally(isQuestion: Bool, [RevocationTally])
    /// Revocations that the receiver lacks, as far as the sender knows.
    case revocations([[UInt8]])

    /// The number on the wire.
    public enum Kind: UInt8, CaseIterable, Hashable, Sendable {
        case push = 1
        case supply, have, want, compare, equal, turn, page, tally, revocations
    }

    public var kind: Kind {
        switch self {
        case .push: .push
        case .supply: .supply
        case .have: .have
        case .want: .want
        case .compare: .compare
        case .equal: .equal
        case .turn: .turn
        case .page: .page
        case .tally: .tally
        case .revocations: .revocations
        }
    }
}

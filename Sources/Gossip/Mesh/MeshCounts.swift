/// What happened since the start, for metrics. Never goes down.
public struct MeshCounts: Hashable, Sendable {
    /// Live entries of peers that were not listed.
    public var added: UInt64 = 0
    /// Live entries in place of listed ones.
    public var replaced: UInt64 = 0
    /// Tombstones, and entries over by this node's clock only.
    public var withdrawn: UInt64 = 0
    /// Listed entries that expired.
    public var expired: UInt64 = 0
    /// Good entries that were passed on and not kept, because the mesh has more than the catalog holds.
    public var passed: UInt64 = 0
    /// Listed entries that had to make room.
    public var displaced: UInt64 = 0
    /// Entries that were known, byte for byte.
    public var duplicates: UInt64 = 0

    public var forged: UInt64 = 0
    public var stale: UInt64 = 0
    public var equivocations: UInt64 = 0
    public var refusedExpired: UInt64 = 0
    public var fromTheFuture: UInt64 = 0
    public var foreignMesh: UInt64 = 0
    public var oversized: UInt64 = 0
    public var malformed: UInt64 = 0
    public var ttlTooLong: UInt64 = 0
    public var originRate: UInt64 = 0
    public var full: UInt64 = 0
    /// Entries of peers that were revoked.
    public var revoked: UInt64 = 0

    /// Compact forms made with a dictionary that this node does not know.
    public var unknownDictionary: UInt64 = 0
    /// Compact forms that end early.
    public var compactTruncated: UInt64 = 0
    /// Compact forms that are none, or have a wrong checksum.
    public var compactCorrupt: UInt64 = 0
    /// Compact forms with something behind their end.
    public var compactTrailing: UInt64 = 0
    /// Compact forms that stand for more than an entry may be, or for more than a message may hold.
    public var compactTooLong: UInt64 = 0
    /// Compact forms that are not shorter than what they stand for.
    public var compactNotShorter: UInt64 = 0
    /// All of these.
    public var unreadable: UInt64 {
        unknownDictionary &+ compactTruncated &+ compactCorrupt &+ compactTrailing &+ compactTooLong
            &+ compactNotShorter
    }

    public var notANeighbor: UInt64 = 0
    public var tooManyNeighbors: UInt64 = 0
    public var intakeRate: UInt64 = 0
    public var answerRate: UInt64 = 0
    public var unexpectedAnswers: UInt64 = 0
    public var excessiveAnswers: UInt64 = 0
    public var malformedRanges: UInt64 = 0
    /// Comparisons that were ended before all was found.
    public var tooManyRounds: UInt64 = 0
    public var fetchQueueFull: UInt64 = 0
    public var missingFull: UInt64 = 0

    /// Accepted entries that were left to comparison because too many waited to be passed on, or that had been passed
    /// on before.
    public var notPassedOn: UInt64 = 0
    /// Own entries announced, renewals included.
    public var published: UInt64 = 0
    /// Entries of this node that came from elsewhere: an earlier run, or a twin with the same key.
    public var heardOfSelf: UInt64 = 0
    /// Comparisons begun by this side.
    public var comparisons: UInt64 = 0
    /// Those that found no difference.
    public var equalComparisons: UInt64 = 0
    /// Comparisons and requests that got no answer in time.
    public var timeouts: UInt64 = 0
    /// Revocations that were new.
    public var revocationsTaken: UInt64 = 0
    /// Revocations that came and were not taken.
    public var revocationsRefused: UInt64 = 0
    /// Revocations whose number the root had given to something else before.
    public var revocationTwins: UInt64 = 0
    /// Messages sent, by ``GossipMessage/Kind``.
    public private(set) var sent = KindCounts()
    /// Messages received, by ``GossipMessage/Kind``.
    public private(set) var received = KindCounts()

    mutating func countSent(_ kind: GossipMessage.Kind) { sent.count(kind) }
    mutating func countReceived(_ kind: GossipMessage.Kind) { received.count(kind) }

    mutating func count(_ reason: DropReason) {
        switch reason {
        case .entry(let refusal): count(refusal)
        case .revocation: revocationsRefused += 1
        case .notANeighbor: notANeighbor += 1
        case .tooManyNeighbors: tooManyNeighbors += 1
        case .intakeRate: intakeRate += 1
        case .answerRate: answerRate += 1
        case .unexpectedAnswer: unexpectedAnswers += 1
        case .excessiveAnswer: excessiveAnswers += 1
        case .malformedRanges: malformedRanges += 1
        case .tooManyRounds: tooManyRounds += 1
        case .fetchQueueFull: fetchQueueFull += 1
        case .missingFull: missingFull += 1
        }
    }

    private mutating func count(_ refusal: Refusal) {
        switch refusal {
        case .forged: forged += 1
        case .stale: stale += 1
        case .equivocation: equivocations += 1
        case .expired: refusedExpired += 1
        case .fromTheFuture: fromTheFuture += 1
        case .foreignMesh: foreignMesh += 1
        case .oversized: oversized += 1
        case .malformed: malformed += 1
        case .ttlTooLong: ttlTooLong += 1
        case .rateLimited: originRate += 1
        case .full: full += 1
        case .revoked: revoked += 1
        case .unreadable(let refusal): count(refusal)
        }
    }

    private mutating func count(_ refusal: CompactRefusal) {
        switch refusal {
        case .unknownDictionary: unknownDictionary += 1
        case .truncated: compactTruncated += 1
        case .corrupt: compactCorrupt += 1
        case .trailingBytes: compactTrailing += 1
        case .tooLong: compactTooLong += 1
        case .notShorter: compactNotShorter += 1
        }
    }
}

/// A count for each kind of message.
public struct KindCounts: Hashable, Sendable {
    /// Where a kind is counted, by its number on the wire: those in use are far apart.
    private static let places: [Int] = {
        var places = Array(repeating: 0, count: Int(UInt8.max) + 1)
        for (place, kind) in GossipMessage.Kind.allCases.enumerated() { places[Int(kind.rawValue)] = place }
        return places
    }()

    private var counts: [UInt64] = Array(repeating: 0, count: GossipMessage.Kind.allCases.count)

    public subscript(kind: GossipMessage.Kind) -> UInt64 { counts[Self.places[Int(kind.rawValue)]] }

    mutating func count(_ kind: GossipMessage.Kind) { counts[Self.places[Int(kind.rawValue)]] += 1 }
}

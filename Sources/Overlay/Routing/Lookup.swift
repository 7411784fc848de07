/// One iterative search for the peers nearest to a key (Kademlia paper, section 2.3), over several paths at once.
///
/// The caller loops over ``next(at:patience:)`` until it says to wait or that the lookup is finished, carries out the
/// queries, and reports each with ``answered(_:about:with:)`` or ``failed(_:)``. No peer is asked twice. A query that times
/// out frees its place for another; its answer is still used when it comes before the end.
///
/// Each path begins with seeds of its own and hears from the peers that it has asked itself; what they found together is the
/// result. See ``LookupPaths``.
///
/// When peers among the nearest named are dead, those that come next in distance may not have been named at all. The
/// lookup then makes a detour: it asks about the first key beyond the distance that it has covered, which names the peers
/// there, and returns to its target. Where the nearest stand closer together than the size of the network lets expect, it
/// makes detours through the whole region in which they should be. Asking a peer about another key does not count as asking
/// it twice.
public struct Lookup: Sendable {
    /// What the caller has to do now.
    public enum Step: Sendable {
        /// Ask this peer for the peers nearest to the key, then ask again for the next step.
        case query(ContactRecord, about: NodeKey)
        /// Ask this peer about the target, briefly: it did not answer lately. Then ask again for the next step.
        case retry(ContactRecord)
        /// Come back with a report, or at this moment at the latest.
        case wait(until: Instant)
        /// Nothing is left to do.
        case finished(LookupResult)
    }

    /// What is known about one contact.
    enum State: Hashable, Sendable {
        /// Named by somebody, not asked.
        case heard
        /// Asked; late from this moment on, and then as the other says.
        case waiting(until: Instant, Lateness)
        /// Asked; its place is given to another, but it may still be one of those found.
        case late(Lateness)
        /// Asked, its time is over; an answer is still welcome.
        case silent
        /// Has answered about the key in question, in part; the rest is waited for until then.
        case partial(until: Instant)
        /// Has answered about the key in question.
        case answered
        /// Has answered about another key.
        case alive
        /// Named by somebody, not asked; it did not answer lately.
        case doubtful
        /// Asked all the same; until this moment it may still be one of those found.
        case retried(until: Instant)
        /// Cannot be reached.
        case failed

        /// Whether the contact may still be one of those found.
        var isHopeful: Bool {
            switch self {
            case .heard, .waiting, .late, .partial, .answered, .alive: true
            case .silent, .doubtful, .retried, .failed: false
            }
        }

        /// Whether the contact has proven that it is there and has said all it was asked for.
        var isProven: Bool { self == .answered || self == .alive }
    }

    /// How long a late peer counts.
    struct Lateness: Hashable, Sendable {
        /// Until then it is taken to be one of the nearest; afterwards those that come next are asked, too.
        let missed: Instant
        /// Until then it may be found.
        let end: Instant
    }

    struct Candidate: Sendable {
        var record: ContactRecord
        /// From the key in question.
        var distance: NodeKey.Distance
        let depth: Int
        /// Those that have heard of it.
        var paths: LookupPaths
        /// The path that has asked it.
        var asker = 0
        /// About whichever key.
        var hasAnswered = false
        /// Whether it was asked about the target.
        var knowsTarget = false
        /// Answers that are still to come; one question may have several.
        var pending = 0
        var state = State.heard
    }

    public let target: NodeKey
    let own: NodeKey
    let settings: LookupSettings
    /// How many paths it has.
    let paths: Int
    /// Up to this distance from the target as many peers are expected as are wanted; nil when that is not known.
    let expectedReach: NodeKey.Distance?
    /// What peers are asked about: the target, or a key on a detour.
    var key: NodeKey
    /// Nearest to ``key`` first, each peer once.
    var candidates: [Candidate] = []
    var counters = LookupResult.Counters()
    /// Questions of each path.
    var asked = SIMD16<UInt8>()
    /// Every peer up to this distance from the target has been named; nil before the first time.
    var covered: NodeKey.Distance?
    var widenings = 0
    /// Doubtful peers that were asked.
    var retries = 0
    /// The keys of detours through the region that are still to be made.
    var regionKeys: [NodeKey] = []
    var isInRegion = false
    /// Whether the nearest stood closer together than chance has it.
    var isCrowded = false

    /// - Parameters:
    ///   - own: the key of the node that searches, which is never asked and never found.
    ///   - seeds: where to begin; the nearest of them are asked first.
    ///   - paths: how many paths to search over; as many as the settings say unless given, and 16 at most.
    ///   - networkSize: how many nodes the network has, if that is known well.
    ///   - isDoubtful: whether a peer did not answer lately.
    public init(
        target: NodeKey, own: NodeKey, seeds: [ContactRecord], paths: Int? = nil, networkSize: Int? = nil,
        settings: LookupSettings = LookupSettings(), isDoubtful: (ContactRecord) -> Bool = { _ in false }
    ) {
        precondition(settings.wanted > 0 && settings.parallelism > 0, "a lookup that may not ask")
        self.target = target
        self.own = own
        self.settings = settings
        self.paths = min(max(paths ?? settings.paths, 1), LookupPaths.capacity)
        expectedReach = networkSize.flatMap { NodeKey.Distance(holding: settings.wanted, of: $0) }
        key = target
        let ordered = seeds.sorted { $0.key.distance(to: target) < $1.key.distance(to: target) }
        // Neighbours in distance, who know the same peers, begin on different paths.
        for seed in ordered {
            let path = LookupPaths(candidates.count % self.paths)
            add(seed, as: isDoubtful(seed) ? .doubtful : .heard, depth: 0, paths: path)
        }
    }

    /// Queries that may wait now: as many as ever where there is a crowd, since many more peers are asked there.
    public var parallelism: Int {
        guard !isCrowded else { return settings.maximumParallelism }
        return min(settings.maximumParallelism, max(settings.parallelism, paths) + counters.timeouts)
    }

    /// Queries that wait now.
    public var waiting: Int { candidates.count { if case .waiting = $0.state { true } else { false } } }

    /// Decides the next step.
    /// - Parameter patience: how long to wait for a given peer.
    public mutating func next(at now: Instant, patience: (ContactRecord) -> LookupPatience) -> Step {
        expire(at: now)
        while true {
            let survey = survey(at: now)
            if let index = survey.doubtful, survey.next == nil || counters.answers * 2 >= settings.wanted {
                return retry(index, at: now, patience: patience)
            }
            if let (index, path) = survey.next {
                guard counters.queries < settings.queries else {
                    return earliestDeadline(after: now) ?? finish(.queryLimit)
                }
                guard survey.waiting >= parallelism else { return ask(index, on: path, at: now, patience: patience) }
                return earliestDeadline(after: now) ?? finish(.queryLimit)
            }
            if survey.isExpecting, let wait = earliestDeadline(after: now) { return wait }
            guard !turnOff() else { continue }
            guard survey.isMissing, let wait = earliestDeadline(after: now) else { return finish(.complete) }
            return wait
        }
    }

    /// A peer's answer comes in more parts than were known of, the last of them at this moment if all is well.
    public mutating func expect(_ more: Int, from peer: NodeKey, until deadline: Instant) {
        guard more > 0, let index = index(of: peer) else { return }
        switch candidates[index].state {
        case .waiting, .late, .silent, .retried:
            candidates[index].pending += more
        case .answered where candidates[index].pending == 0:
            candidates[index].pending = more
            candidates[index].state = .partial(until: deadline)
        case .partial:
            candidates[index].pending += more
            candidates[index].state = .partial(until: deadline)
        case .heard, .doubtful, .answered, .alive, .failed:
            return
        }
    }

    /// Takes a peer's answer or a part of it: whom it knows near the target. Only as many as wanted are looked at.
    /// - Parameters:
    ///   - key: what it was asked about.
    ///   - isDoubtful: whether a peer that it names did not answer lately.
    public mutating func answered(
        _ peer: NodeKey, about key: NodeKey, with records: [ContactRecord],
        isDoubtful: (ContactRecord) -> Bool = { _ in false }
    ) {
        guard let index = index(of: peer), candidates[index].pending > 0 else { return }
        candidates[index].pending -= 1
        let isWhole = candidates[index].pending == 0
        switch candidates[index].state {
        case .heard, .doubtful, .failed:
            return
        case .waiting(_, let lateness), .late(let lateness):
            settle(index, key == self.key, isWhole, until: lateness.end)
        case .partial(let deadline), .retried(let deadline):
            settle(index, key == self.key, isWhole, until: deadline)
        case .silent:
            candidates[index].state = key == self.key ? .answered : .alive
        case .answered, .alive:
            break
        }
        if isWhole { counters.answers += 1 }
        candidates[index].hasAnswered = true
        hear(of: records, from: candidates[index], isDoubtful: isDoubtful)
    }

    private mutating func settle(_ index: Int, _ isAboutKey: Bool, _ isWhole: Bool, until deadline: Instant) {
        let whole: State = isAboutKey ? .answered : .alive
        candidates[index].state = isWhole ? whole : .partial(until: deadline)
    }

    /// Notes that a peer has not answered in its time, which may be known sooner than it was expected. An answer is still welcome.
    public mutating func silent(_ peer: NodeKey) {
        guard let index = index(of: peer), candidates[index].pending > 0 else { return }
        switch candidates[index].state {
        case .waiting:
            counters.timeouts += 1
            candidates[index].state = .silent
        case .late, .retried:
            candidates[index].state = .silent
        case .partial:
            candidates[index].state = .answered
        case .heard, .doubtful, .silent, .answered, .alive, .failed:
            return
        }
    }

    /// Notes that a peer cannot be reached, or that a part of its answer will not come.
    public mutating func failed(_ peer: NodeKey) {
        guard let index = index(of: peer), candidates[index].pending > 0 else { return }
        candidates[index].pending -= 1
        guard candidates[index].pending == 0 else { return }
        switch candidates[index].state {
        case .waiting, .late, .silent, .retried:
            candidates[index].state = .failed
            counters.failures += 1
        case .partial:
            candidates[index].state = .answered
        case .heard, .doubtful, .answered, .alive, .failed:
            return
        }
    }

    private mutating func ask(
        _ index: Int, on path: Int, at now: Instant, patience: (ContactRecord) -> LookupPatience
    ) -> Step {
        let record = candidates[index].record
        let patience = patience(record)
        candidates[index].state = .waiting(
            until: now + patience.place, Lateness(missed: now + patience.hope, end: now + patience.whole))
        candidates[index].asker = path
        candidates[index].pending = 1
        candidates[index].knowsTarget = candidates[index].knowsTarget || key == target
        counters.queries += 1
        asked[path] = asked[path] == .max ? .max : asked[path] + 1
        return .query(record, about: key)
    }

    /// Takes no place from the others.
    private mutating func retry(
        _ index: Int, at now: Instant, patience: (ContactRecord) -> LookupPatience
    ) -> Step {
        let record = candidates[index].record
        candidates[index].state = .retried(until: now + patience(record).brief)
        candidates[index].pending = 1
        retries += 1
        counters.queries += 1
        return .retry(record)
    }

    private mutating func expire(at now: Instant) {
        for index in candidates.indices {
            switch candidates[index].state {
            case .waiting(let deadline, let lateness) where deadline <= now:
                candidates[index].state = lateness.end <= now ? .silent : .late(lateness)
                counters.timeouts += 1
            case .late(let lateness) where lateness.end <= now:
                candidates[index].state = .silent
            case .retried(let deadline) where deadline <= now:
                candidates[index].state = .silent
            case .partial(let deadline) where deadline <= now:
                candidates[index].state = .answered
            default:
                break
            }
        }
    }

    private func earliestDeadline(after now: Instant) -> Step? {
        var earliest: Instant?
        for candidate in candidates {
            switch candidate.state {
            case .waiting(let deadline, _), .partial(let deadline), .retried(let deadline):
                earliest = min(earliest ?? deadline, deadline)
            case .late(let lateness):
                let deadline = lateness.missed > now ? lateness.missed : lateness.end
                earliest = min(earliest ?? deadline, deadline)
            case .heard, .doubtful, .silent, .answered, .alive, .failed: break
            }
        }
        return earliest.map { .wait(until: $0) }
    }

    private func finish(_ end: LookupResult.End) -> Step {
        let proven = candidates.filter { $0.hasAnswered && $0.state.isHopeful }
            .sorted { $0.record.key.distance(to: target) < $1.record.key.distance(to: target) }
        let found = proven.prefix(settings.wanted)
        var region = RegionFilter(self, isAtEnd: true)
        let further = proven.dropFirst(settings.wanted).filter { region.admits($0) }
        var counters = counters
        counters.depth = found.map(\.depth).max() ?? 0
        return .finished(
            LookupResult(
                target: target, closest: found.map(\.record), further: further.map(\.record), isCrowded: isCrowded,
                end: end, counters: counters))
    }
}

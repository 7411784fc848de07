/// One iterative search for the peers nearest to a key (Kademlia paper, section 2.3).
///
/// The caller loops over ``next(at:timeout:)`` until it says to wait or that the lookup is finished, carries out the
/// queries, and reports each with ``answered(_:with:)`` or ``failed(_:)``. No peer is asked twice. A query that times out
/// frees its place for another; its answer is still used when it comes before the end.
///
/// When peers among the nearest named are dead, those that come next in distance may not have been named at all. The
/// lookup then widens: it asks about the first key beyond the distance that it has covered, which names the peers there,
/// and returns to its target. Asking a peer about another key does not count as asking it twice.
public struct Lookup: Sendable {
    /// What the caller has to do now.
    public enum Step: Sendable {
        /// Ask this peer for the peers nearest to the key, then ask again for the next step.
        case query(ContactRecord, about: NodeKey)
        /// Come back with a report, or at this moment at the latest.
        case wait(until: Instant)
        /// Nothing is left to do.
        case finished(LookupResult)
    }

    /// What is known about one contact.
    enum State: Hashable, Sendable {
        /// Named by somebody, not asked.
        case heard
        /// Asked; late from this moment on.
        case waiting(until: Instant, Instant)
        /// Asked; its place is given to another, but it may still be one of those found until this moment.
        case late(until: Instant)
        /// Asked, its time is over; an answer is still welcome.
        case silent
        /// Has answered about the key in question, in part; the rest is waited for until then.
        case partial(until: Instant)
        /// Has answered about the key in question.
        case answered
        /// Has answered about another key.
        case alive
        /// Cannot be reached.
        case failed

        /// Whether the contact may still be one of those found.
        var isHopeful: Bool {
            switch self {
            case .heard, .waiting, .late, .partial, .answered, .alive: true
            case .silent, .failed: false
            }
        }

        /// Whether the contact has proven that it is there and has said all it was asked for.
        var isProven: Bool { self == .answered || self == .alive }
    }

    private struct Candidate: Sendable {
        var record: ContactRecord
        /// From the key in question.
        var distance: NodeKey.Distance
        let depth: Int
        /// About whichever key.
        var hasAnswered = false
        /// Answers that are still to come; one question may have several.
        var pending = 0
        var state = State.heard
    }

    public let target: NodeKey
    private let own: NodeKey
    private let settings: LookupSettings
    /// What peers are asked about: the target, or a key beyond what is covered.
    private var key: NodeKey
    /// Nearest to ``key`` first, each peer once.
    private var candidates: [Candidate] = []
    private var counters = LookupResult.Counters()
    /// Every peer up to this distance from the target has been named; nil before the first time.
    private var covered: NodeKey.Distance?
    private var widenings = 0

    /// - Parameters:
    ///   - own: the key of the node that searches, which is never asked and never found.
    ///   - seeds: where to begin; the nearest of them are asked first.
    public init(
        target: NodeKey, own: NodeKey, seeds: [ContactRecord], settings: LookupSettings = LookupSettings()
    ) {
        precondition(settings.wanted > 0 && settings.parallelism > 0, "a lookup that may not ask")
        self.target = target
        self.own = own
        self.settings = settings
        key = target
        for seed in seeds { add(seed, depth: 0) }
    }

    /// Queries that may wait now.
    public var parallelism: Int {
        min(settings.maximumParallelism, settings.parallelism + counters.timeouts)
    }

    /// Queries that wait now.
    public var waiting: Int { candidates.count { if case .waiting = $0.state { true } else { false } } }

    /// Decides the next step.
    /// - Parameter patience: how long to wait for a given peer.
    public mutating func next(at now: Instant, patience: (ContactRecord) -> LookupPatience) -> Step {
        expire(at: now)
        while true {
            let nearest = nearestHopeful()
            if let index = nearest.first(where: { candidates[$0].state == .heard }) {
                guard counters.queries < settings.queries else { return earliestDeadline() ?? finish(.queryLimit) }
                guard waiting >= parallelism else { return ask(index, at: now, patience: patience) }
                return earliestDeadline() ?? finish(.queryLimit)
            }
            let isComplete = nearest.allSatisfy { candidates[$0].state.isProven }
            if !isComplete, let wait = earliestDeadline() { return wait }
            guard widen() else { return finish(.complete) }
        }
    }

    /// A peer's answer comes in more parts than were known of, the last of them at this moment if all is well.
    public mutating func expect(_ more: Int, from peer: NodeKey, until deadline: Instant) {
        guard more > 0, let index = index(of: peer) else { return }
        switch candidates[index].state {
        case .waiting, .late, .silent:
            candidates[index].pending += more
        case .answered where candidates[index].pending == 0:
            candidates[index].pending = more
            candidates[index].state = .partial(until: deadline)
        case .partial:
            candidates[index].pending += more
            candidates[index].state = .partial(until: deadline)
        case .heard, .answered, .alive, .failed:
            return
        }
    }

    /// Takes a peer's answer or a part of it: whom it knows near the target. Only as many as wanted are looked at.
    /// - Parameter key: what it was asked about.
    public mutating func answered(_ peer: NodeKey, about key: NodeKey, with records: [ContactRecord]) {
        guard let index = index(of: peer), candidates[index].pending > 0 else { return }
        candidates[index].pending -= 1
        let isWhole = candidates[index].pending == 0
        switch candidates[index].state {
        case .heard, .failed:
            return
        case .waiting(_, let deadline), .late(let deadline), .partial(let deadline):
            let whole: State = key == self.key ? .answered : .alive
            candidates[index].state = isWhole ? whole : .partial(until: deadline)
        case .silent:
            candidates[index].state = key == self.key ? .answered : .alive
        case .answered, .alive:
            break
        }
        if isWhole { counters.answers += 1 }
        candidates[index].hasAnswered = true
        let responder = candidates[index]
        for record in records.prefix(settings.wanted) where isPlausible(record, from: responder.distance) {
            add(record, depth: responder.depth + 1)
        }
    }

    /// Notes that a peer cannot be reached, or that a part of its answer will not come.
    public mutating func failed(_ peer: NodeKey) {
        guard let index = index(of: peer), candidates[index].pending > 0 else { return }
        candidates[index].pending -= 1
        guard candidates[index].pending == 0 else { return }
        switch candidates[index].state {
        case .waiting, .late, .silent:
            candidates[index].state = .failed
            counters.failures += 1
        case .partial:
            candidates[index].state = .answered
        case .heard, .answered, .alive, .failed:
            return
        }
    }

    private mutating func ask(_ index: Int, at now: Instant, patience: (ContactRecord) -> LookupPatience) -> Step {
        let record = candidates[index].record
        let patience = patience(record)
        candidates[index].state = .waiting(until: now + patience.place, now + patience.whole)
        candidates[index].pending = 1
        counters.queries += 1
        return .query(record, about: key)
    }

    private mutating func expire(at now: Instant) {
        for index in candidates.indices {
            switch candidates[index].state {
            case .waiting(let deadline, let end) where deadline <= now:
                candidates[index].state = end <= now ? .silent : .late(until: end)
                counters.timeouts += 1
            case .late(let deadline) where deadline <= now:
                candidates[index].state = .silent
            case .partial(let deadline) where deadline <= now:
                candidates[index].state = .answered
            default:
                break
            }
        }
    }

    /// The nearest candidates that may still be found, as many as wanted.
    private func nearestHopeful() -> [Int] {
        var nearest: [Int] = []
        for index in candidates.indices where candidates[index].state.isHopeful {
            nearest.append(index)
            if nearest.count == settings.wanted { break }
        }
        return nearest
    }

    private func earliestDeadline() -> Step? {
        var earliest: Instant?
        for candidate in candidates {
            switch candidate.state {
            case .waiting(let deadline, _), .late(let deadline), .partial(let deadline):
                earliest = min(earliest ?? deadline, deadline)
            case .heard, .silent, .answered, .alive, .failed: break
            }
        }
        return earliest.map { .wait(until: $0) }
    }

    private func finish(_ end: LookupResult.End) -> Step {
        let proven = candidates.filter { $0.hasAnswered && $0.state.isHopeful }
        let found = proven.sorted { $0.record.key.distance(to: target) < $1.record.key.distance(to: target) }
            .prefix(settings.wanted)
        var counters = counters
        counters.depth = found.map(\.depth).max() ?? 0
        return .finished(
            LookupResult(target: target, closest: found.map(\.record), end: end, counters: counters))
    }
}

extension Lookup {
    /// Turns to the next key when the peers found so far are not certainly the nearest. False when the search is over.
    private mutating func widen() -> Bool {
        guard key == target else {
            covered = coveredByDetour()
            turn(to: target, askingAgain: 0)
            return true
        }
        guard candidates.count >= settings.wanted else { return false }
        let covered = covered ?? candidates[settings.wanted - 1].distance
        self.covered = covered
        let certain = candidates.count { $0.state.isProven && $0.distance <= covered }
        guard certain < settings.wanted, widenings < settings.widenings, let beyond = covered.successor else {
            return false
        }
        widenings += 1
        turn(to: NodeKey(bytes: target.bytes ^ beyond.bytes), askingAgain: settings.parallelism)
        return true
    }

    /// How far from the target everybody has been named, after a detour to the key just beyond that.
    ///
    /// The peers nearest to the detour's key were named up to some distance from it. Keys that share more leading bits
    /// with it than the farthest of them are all nearer, and they are a contiguous range of distances from the target.
    private func coveredByDetour() -> NodeKey.Distance {
        let start = key.distance(to: target)
        guard candidates.count >= settings.wanted else { return start.filled(after: 0) }
        let named = candidates[settings.wanted - 1].distance
        return start.filled(after: named.leadingZeroBitCount + 1)
    }

    /// Orders everything by the distance from another key. Who has answered is asked again only if it is one of the
    /// nearest few: they know the others there.
    private mutating func turn(to other: NodeKey, askingAgain count: Int) {
        key = other
        var askedAgain = 0
        for index in candidates.indices {
            candidates[index].distance = candidates[index].record.key.distance(to: other)
        }
        candidates.sort { $0.distance < $1.distance }
        for index in candidates.indices where candidates[index].hasAnswered {
            switch candidates[index].state {
            case .heard, .answered, .alive:
                candidates[index].state = askedAgain < count ? .heard : .alive
                askedAgain += 1
            case .waiting, .late, .silent, .partial, .failed:
                break
            }
        }
    }
}

extension Lookup {
    /// Whether a named contact can bring the search further: nearer than who named it, or good enough to be found.
    ///
    /// Without this a liar could keep a lookup busy with contacts that lead away from the target.
    private func isPlausible(_ record: ContactRecord, from responder: NodeKey.Distance) -> Bool {
        let distance = record.key.distance(to: key)
        if distance < responder { return true }
        let nearest = nearestHopeful()
        guard nearest.count >= settings.wanted, let farthest = nearest.last else { return true }
        return distance < candidates[farthest].distance
    }

    private mutating func add(_ record: ContactRecord, depth: Int) {
        guard record.key != own, record.contact.roles.contains(.server) else { return }
        let distance = record.key.distance(to: key)
        let place = position(of: distance)
        if place < candidates.count, candidates[place].distance == distance {
            if candidates[place].state == .heard, record.isNewer(than: candidates[place].record) {
                candidates[place].record = record
            }
            return
        }
        candidates.insert(Candidate(record: record, distance: distance, depth: depth), at: place)
        forgetFarthest()
    }

    private mutating func forgetFarthest() {
        guard candidates.count(where: { $0.state == .heard }) > settings.heard,
            let farthest = candidates.lastIndex(where: { $0.state == .heard && !$0.hasAnswered })
        else { return }
        candidates.remove(at: farthest)
    }

    private func index(of peer: NodeKey) -> Int? {
        let distance = peer.distance(to: key)
        let place = position(of: distance)
        return place < candidates.count && candidates[place].distance == distance ? place : nil
    }

    /// The first candidate that is not nearer than `distance`.
    private func position(of distance: NodeKey.Distance) -> Int {
        var low = 0
        var high = candidates.count
        while low < high {
            let middle = low + (high - low) / 2
            if candidates[middle].distance < distance { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

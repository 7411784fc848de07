/// One search for the advertisements of a topic: registrars at every distance are asked, from the farthest on, while a
/// lookup finds those nearest to the topic.
///
/// It ends by itself when all have been asked; whoever has found enough ends it before.
struct AdvertisementSearch: Sendable {
    private enum State: Hashable, Sendable {
        case heard
        /// So many answers are to come.
        case asked(Int)
        case over
    }

    private struct Candidate: Sendable {
        let record: ContactRecord
        let bucket: Int
        var state = State.heard
    }

    /// What to do now.
    enum Step: Sendable {
        case ask(ContactRecord)
        case wait
        case finished(SearchResult)
    }

    let topic: NodeKey
    private let settings: AdvertisementSettings
    /// Farthest bucket first, within a bucket in the order in which they were heard of.
    private var candidates: [Candidate] = []
    private var askedPerBucket: [Int: Int] = [:]
    private var askedPerPrefix = PrefixCounts()
    private var queries = 0
    private var answers = 0
    /// The nodes nearest to the topic are known.
    private var isLookupOver = false

    init(topic: NodeKey, settings: AdvertisementSettings) {
        self.topic = topic
        self.settings = settings
    }

    /// Takes in peers that may be asked.
    mutating func add(_ records: [ContactRecord]) {
        for record in records where !candidates.contains(where: { $0.record.peer == record.peer }) {
            let bucket = record.key.commonPrefixLength(with: topic)
            let place = candidates.firstIndex { $0.bucket > bucket } ?? candidates.endIndex
            candidates.insert(Candidate(record: record, bucket: bucket), at: place)
        }
    }

    /// The nodes nearest to the topic, which a lookup found.
    mutating func lookupEnded(_ closest: [ContactRecord]) {
        isLookupOver = true
        add(closest)
    }

    mutating func next() -> Step {
        let waiting = candidates.count { if case .asked = $0.state { true } else { false } }
        guard queries < settings.queries else { return waiting > 0 ? .wait : .finished(result(.queryLimit)) }
        guard waiting < settings.parallelism else { return .wait }
        guard let index = nextCandidate() else {
            return waiting > 0 || !isLookupOver ? .wait : .finished(result(.complete))
        }
        guard askedPerPrefix.take(candidates[index].record, most: settings.askedPerPrefix) else {
            candidates[index].state = .over
            return next()
        }
        candidates[index].state = .asked(1)
        askedPerBucket[candidates[index].bucket, default: 0] += 1
        queries += 1
        return .ask(candidates[index].record)
    }

    /// One from afar and one from nearby in turn: popular topics are found at once by the one, rare ones by the other.
    private func nextCandidate() -> Int? {
        let isFromAfar = !isLookupOver || queries.isMultiple(of: 2)
        return isFromAfar ? candidates.firstIndex(where: mayBeAsked) : candidates.lastIndex(where: mayBeAsked)
    }

    private func mayBeAsked(_ candidate: Candidate) -> Bool {
        candidate.state == .heard && askedPerBucket[candidate.bucket, default: 0] < settings.askedPerBucket
    }

    /// An answer of this peer will come in more parts.
    mutating func expect(_ more: Int, from peer: PeerID) {
        guard let index = index(of: peer), case .asked(let count) = candidates[index].state else { return }
        candidates[index].state = .asked(count + more)
    }

    /// A part of a peer's answer has come.
    mutating func answered(_ peer: PeerID) {
        guard let index = index(of: peer), case .asked(let count) = candidates[index].state else { return }
        candidates[index].state = count > 1 ? .asked(count - 1) : .over
        if count == 1 { answers += 1 }
    }

    /// A part of a peer's answer will not come. Another one of its bucket may be asked in its place.
    mutating func failed(_ peer: PeerID) {
        guard let index = index(of: peer), case .asked(let count) = candidates[index].state else { return }
        candidates[index].state = count > 1 ? .asked(count - 1) : .over
        if count == 1 { askedPerBucket[candidates[index].bucket, default: 1] -= 1 }
    }

    private func index(of peer: PeerID) -> Int? { candidates.firstIndex { $0.record.peer == peer } }

    func result(_ end: SearchResult.End) -> SearchResult {
        SearchResult(end: end, queries: queries, answers: answers)
    }
}

import OrderedCollections

/// Where a host's advertisement stands, and where it is to stand.
///
/// For each topic the host wants a few registrars at every distance from it: those far away are many, so that topics with many
/// hosts are found there without burdening the few nodes near the topic; where a topic has few hosts, searches come near it
/// and find them there (TopDisc).
struct Advertiser: Sendable {
    /// The placements of one topic.
    struct Plan: Sendable {
        var placements: OrderedDictionary<PeerID, Placement> = [:]
        /// When the table is looked through for registrars.
        var reviewAt: Instant
        /// When the nodes nearest to the topic are searched.
        var searchAt: Instant
        var isSearching = false
    }

    private let settings: AdvertisementSettings
    /// What is advertised, exact bytes.
    private(set) var advertisement: [UInt8]
    private(set) var plans: OrderedDictionary<NodeKey, Plan> = [:]
    /// When something is due, as of the last ``settle()``.
    private(set) var nextDeadline = Instant.distantFuture

    init(settings: AdvertisementSettings, advertisement: [UInt8]) {
        self.settings = settings
        self.advertisement = advertisement
    }

    /// Works out ``nextDeadline`` after changes.
    mutating func settle() {
        var earliest = Instant.distantFuture
        let mayAsk = underWay < settings.placementsUnderWay
        for plan in plans.values {
            earliest = min(earliest, plan.reviewAt, plan.isSearching ? .distantFuture : plan.searchAt)
            guard mayAsk else { continue }
            for placement in plan.placements.values { earliest = min(earliest, placement.deadline) }
        }
        nextDeadline = earliest
    }

    /// Questions without an answer.
    var underWay: Int {
        plans.values.reduce(0) { sum, plan in
            sum + plan.placements.values.count { if case .asked = $0.state { true } else { false } }
        }
    }

    /// How many registrars keep the advertisement, over all topics.
    var registered: Int {
        plans.values.reduce(0) { sum, plan in
            sum + plan.placements.values.count { if case .registered = $0.state { true } else { false } }
        }
    }

    /// Advertises another statement, or under other topics.
    mutating func set(_ advertisement: [UInt8], topics: [NodeKey], at now: Instant) {
        defer { settle() }
        let isNew = advertisement != self.advertisement
        self.advertisement = advertisement
        for topic in Array(plans.keys) where !topics.contains(topic) { plans.removeValue(forKey: topic) }
        for topic in topics where plans[topic] == nil { plans[topic] = Plan(reviewAt: now, searchAt: now) }
        guard isNew else { return }
        for topic in plans.keys {
            for (peer, placement) in plans[topic]?.placements ?? [:] {
                plans[topic]?.placements[peer]?.isOutdated = placement.hasStatement
            }
        }
    }

    /// Makes peers registrars of a topic where its buckets lack some, in their order.
    mutating func offer(_ records: [ContactRecord], for topic: NodeKey, at now: Instant) {
        guard var plan = plans[topic] else { return }
        var perBucket: [Int: Int] = [:]
        var perPrefix = PrefixCounts()
        for placement in plan.placements.values {
            perBucket[placement.bucket, default: 0] += 1
            _ = perPrefix.take(placement.registrar, most: .max)
        }
        for record in records where plan.placements[record.peer] == nil {
            let bucket = record.key.commonPrefixLength(with: topic)
            guard perBucket[bucket, default: 0] < settings.registrarsPerBucket,
                perPrefix.take(record, most: settings.registrarsPerPrefix)
            else { continue }
            perBucket[bucket, default: 0] += 1
            plan.placements[record.peer] = Placement(registrar: record, bucket: bucket, state: .due(at: now, .none))
        }
        plans[topic] = plan
    }

    /// Topics whose registrars are to be looked for in the table.
    func reviewed(at now: Instant) -> [NodeKey] {
        plans.filter { $0.value.reviewAt <= now }.map(\.key)
    }

    /// Topics whose nearest nodes are to be searched.
    func searched(at now: Instant) -> [NodeKey] {
        plans.filter { $0.value.searchAt <= now && !$0.value.isSearching }.map(\.key)
    }

    mutating func postponeReview(of topic: NodeKey, until moment: Instant) { plans[topic]?.reviewAt = moment }

    /// Notes a search of the nearest nodes that has begun.
    mutating func searchBegan(_ topic: NodeKey) { plans[topic]?.isSearching = true }

    /// Notes that it has ended, or was not needed; the next one comes at `moment`.
    mutating func searchEnded(_ topic: NodeKey, nextAt moment: Instant) {
        plans[topic]?.isSearching = false
        plans[topic]?.searchAt = moment
    }

    /// A registrar to ask now, and with which ticket; it counts as asked. Nil when nothing is due or enough is under way.
    mutating func next(at now: Instant) -> (topic: NodeKey, registrar: ContactRecord, ticket: Ticket)? {
        guard underWay < settings.placementsUnderWay else { return nil }
        for (topic, plan) in plans {
            for (peer, placement) in plan.placements {
                guard let ticket = placement.ticketDue(at: now) else { continue }
                plans[topic]?.placements[peer]?.state = .asked(ticket)
                return (topic, placement.registrar, ticket)
            }
        }
        return nil
    }

    /// A registrar that keeps an older statement and can be told of the present one at once; it counts as told. One that
    /// cannot, because there is no session with it, is asked for a ticket, which makes one.
    mutating func nextOutdated(
        at now: Instant, where isReady: (PeerID) -> Bool
    ) -> (topic: NodeKey, registrar: ContactRecord)? {
        for (topic, plan) in plans {
            for (peer, placement) in plan.placements where placement.isOutdated {
                guard case .registered = placement.state else { continue }
                guard isReady(peer) else {
                    plans[topic]?.placements[peer]?.state = .due(at: now, .none)
                    continue
                }
                plans[topic]?.placements[peer]?.isOutdated = false
                return (topic, placement.registrar)
            }
        }
        return nil
    }

    /// A registrar has answered.
    mutating func answered(_ registration: Registration, by registrar: PeerID, about topic: NodeKey, at now: Instant) {
        switch registration {
        case .waiting(let span, let ticket):
            // What is there already is replaced before its new wait is over.
            let isOutdated = plans[topic]?.placements[registrar]?.isOutdated == true
            let wait = isOutdated ? .zero : min(span, settings.lifetime)
            plans[topic]?.placements[registrar]?.isOutdated = false
            plans[topic]?.placements[registrar]?.state = .due(at: now + wait, ticket)
        case .registered(let span):
            // Early enough that the new place is there before the old one ends.
            let renewAt = now + min(span, settings.lifetime) * 4 / 5
            plans[topic]?.placements[registrar]?.state = .registered(renewAt: renewAt)
        case .refused:
            failed(registrar, about: topic)
        }
    }

    /// A registrar does not answer, or does not want the advertisement: another one takes its place at the next look.
    mutating func failed(_ registrar: PeerID, about topic: NodeKey) {
        plans[topic]?.placements.removeValue(forKey: registrar)
    }

    /// Everybody who may keep the advertisement, by topic.
    var registrars: [(topic: NodeKey, registrar: ContactRecord)] {
        plans.flatMap { topic, plan in
            plan.placements.values.filter { if case .registered = $0.state { true } else { false } }
                .map { (topic, $0.registrar) }
        }
    }
}

extension Placement {
    /// Whether the registrar has a statement of the host, or one is on its way: who is asked for a place later gets the
    /// present one anyway.
    fileprivate var hasStatement: Bool {
        switch state {
        case .registered: true
        case .asked(let ticket): ticket != .none
        case .due: false
        }
    }

    /// When it is to be asked.
    fileprivate var deadline: Instant {
        switch state {
        case .due(let at, _), .registered(let at): at
        case .asked: .distantFuture
        }
    }

    /// The ticket to come with now; nil when it is not time.
    fileprivate func ticketDue(at now: Instant) -> Ticket? {
        switch state {
        case .due(let at, let ticket): at <= now ? ticket : nil
        case .registered(let renewAt): renewAt <= now ? Ticket.none : nil
        case .asked: nil
        }
    }
}

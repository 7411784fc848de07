import Overlay

extension Observations {
    // MARK: Messages

    /// A node sent a message.
    /// - Parameter bytes: of the encoded message, without framing, encryption and headers.
    public mutating func sent(_ kind: MessageKind, bytes: Int, by node: NodeIndex) {
        let length = UInt64(max(0, bytes))
        totals.messages += 1
        totals.bytes += length
        guard !nodes[node.offset].isMalicious else { return }
        nodes[node.offset].bytes += length
        traffic.count(kind, bytes: max(0, bytes))
    }

    // MARK: Entries

    /// A publisher signed an entry, or took its entry back.
    public mutating func published(_ publication: Publication) {
        guard !nodes[publication.publisher.offset].isMalicious else { return }
        if publication.sequence != nil { counts.published += 1 }
        newPublications.append(publication)
        spread.note(publication)
        spreadTimes.note(publication)
    }

    /// What was published here since the last time.
    public mutating func takePublications() -> [Publication] {
        defer { newPublications = [] }
        return newPublications
    }

    /// What other shards' nodes published.
    public mutating func learn(_ publications: [Publication]) {
        for publication in publications {
            spread.note(publication)
            spreadTimes.note(publication)
        }
    }

    /// A node lists an entry; saying so again changes nothing. The time since its publication counts for nodes that had
    /// joined by then: what those that come later take is the time of their catalog.
    /// - Parameter source: the node that told it, if that is known.
    public mutating func listed(
        _ sequence: UInt64, of publisher: NodeIndex, by node: NodeIndex, from source: NodeIndex? = nil,
        at time: VirtualTime
    ) {
        guard let arrival = spread.arrived(sequence, of: publisher, at: node, from: source),
            !nodes[node.offset].isMalicious, nodes[node.offset].joinedAt <= arrival.publishedAt
        else { return }
        let time = micros(time.since(arrival.publishedAt))
        deliveries.note(time)
        spreadTimes.arrived(sequence, of: publisher, afterMicroseconds: time)
        if let hops = arrival.hops { deliveryHops.note(UInt64(max(0, hops))) }
        totals.deliveries += 1
    }

    /// The bytes of an entry came in a gossip message.
    /// - Parameter isNew: the node did not know the entry, nor a later one of its publisher.
    public mutating func payload(isNew: Bool, at node: NodeIndex) {
        guard !nodes[node.offset].isMalicious else { return }
        if isNew { counts.payloadsNew += 1 } else { counts.payloadsKnown += 1 }
    }

    // MARK: Lookups

    /// A user of a node began a lookup.
    public mutating func lookupStarted(by node: NodeIndex) {
        totals.lookups += 1
        if !nodes[node.offset].isMalicious { counts.lookupsMade += 1 }
    }

    /// It ended. Lookups of nodes that stop meanwhile do not.
    /// - Parameters:
    ///   - foundAfter: when the node that was searched had answered, if it did.
    ///   - isExact: whether it gave exactly the closest live nodes; nil when nobody looked.
    public mutating func lookupFinished(
        by node: NodeIndex, after span: TimeSpan, foundAfter: TimeSpan? = nil, hops: Int, queries: Int, isFound: Bool,
        isExact: Bool? = nil
    ) {
        if !isFound { totals.lookupsFailed += 1 }
        guard !nodes[node.offset].isMalicious else { return }
        if isFound { counts.lookupsFound += 1 } else { counts.lookupsFailed += 1 }
        lookups.note(micros(span))
        if let foundAfter { lookupsFound.note(micros(foundAfter)) }
        lookupHops.note(UInt64(max(0, hops)))
        lookupQueries.note(UInt64(max(0, queries)))
        if let isExact { lookupJudged(by: node, isExact: isExact) }
    }

    /// Somebody looked whether a lookup, of a user or not, gave exactly the closest live nodes.
    public mutating func lookupJudged(by node: NodeIndex, isExact: Bool) {
        guard !nodes[node.offset].isMalicious else { return }
        counts.lookupsJudged += 1
        if isExact { counts.lookupsExact += 1 }
    }

    // MARK: Requests

    /// A request that an agent at this node made was answered, and the answer is complete.
    public mutating func requestAnswered(at node: NodeIndex, after span: TimeSpan) {
        guard !nodes[node.offset].isMalicious else { return }
        counts.requestsAnswered += 1
        requests.note(micros(span))
    }

    /// It failed.
    public mutating func requestFailed(at node: NodeIndex) {
        if !nodes[node.offset].isMalicious { counts.requestsFailed += 1 }
    }
}

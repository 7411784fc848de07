import Gossip
import OrderedCollections
import Overlay

/// Services in the DHT: what this node offers is kept by registrars, and found by nodes that have no catalog.
extension Peer {
    /// Advertises the node's own catalog entry as it is now, or says that there is none any more.
    mutating func advertise(at now: Moment, into outbox: inout PeerOutbox) {
        guard settings.isAdvertising else { return }
        guard let entry = mesh.catalog[id] else {
            guard let tombstone = mesh.catalog.statement(of: id), tombstone.kind == .tombstone else { return }
            return withKademlia(at: now, into: &outbox) {
                $0.withdrawAdvertisement(tombstone.bytes, at: now, into: &$1)
            }
        }
        let longest = settings.kademlia.advertisement.longest
        guard entry.bytes.count <= longest else {
            let text =
                "the catalog entry has \(entry.bytes.count) bytes, more than the \(longest) of an advertisement: it is not in "
                + "the DHT, so samnode find does not see it"
            kademlia.stopAdvertising()
            return outbox.notice(.warning, text)
        }
        let topics = entry.topics.map(\.key)
        withKademlia(at: now, into: &outbox) {
            $0.advertise(entry.bytes, topics: topics, at: now, into: &$1)
        }
    }

    /// A registrar keeps what the host itself has signed, what is current, and what belongs under the topic.
    mutating func judge(_ request: RegistrationRequest, at now: Moment, into outbox: inout PeerOutbox) {
        var judgement = RegistrationRequest.Judgement.refused
        if let entry = try? mesh.catalog.verified(request.advertisement, at: now), entry.peer == request.host {
            switch entry.kind {
            case .tombstone: judgement = .withdrawal
            case .live where entry.topics.contains { $0.key == request.topic }: judgement = .acceptable
            case .live: break
            }
        }
        withKademlia(at: now, into: &outbox) { $0.judged(request, as: judgement, at: now, into: &$1) }
    }

    /// Searches hosts by the DHT alone. Every registrar's answer is told by ``PeerAction/registrarAnswered(_:_:)``; the search
    /// ends with ``PeerAction/searchFinished(_:_:)`` when `wanted` hosts were found or nobody is left to be asked.
    /// - Precondition: no search with this id is under way.
    public mutating func find(
        _ topic: Topic, wanted: Int, id: SearchID, at now: Moment, into outbox: inout PeerOutbox
    ) {
        let now = adjusted(now)
        searches[id] = ServiceSearch(topic: topic, wanted: max(1, wanted))
        withKademlia(at: now, into: &outbox) { $0.search(topic.key, id: id, at: now, into: &$1) }
    }

    /// Lists hosts that a search has found, be they outside of what this node keeps of a large catalog.
    public mutating func list(found entries: [CatalogEntry], at now: Moment, into outbox: inout PeerOutbox) {
        let now = adjusted(now)
        withMesh(at: now, into: &outbox) { $0.list(found: entries, at: now, into: &$1) }
    }

    /// Ends a search whose further answers nobody waits for.
    public mutating func cancelSearch(_ id: SearchID) -> SearchResult {
        searches[id] = nil
        return kademlia.endSearch(id, as: .cancelled)
    }

    mutating func advertisementsFound(
        _ advertisements: [[UInt8]], by registrar: ContactRecord, of id: SearchID, at now: Moment,
        into outbox: inout PeerOutbox
    ) {
        guard let search = searches[id] else { return }
        var refused = 0
        var news: [CatalogEntry] = []
        for bytes in advertisements {
            guard let entry = try? mesh.catalog.verified(bytes, at: now), entry.kind == .live,
                entry.expiry > now.wall, entry.topics.contains(search.topic)
            else {
                refused += 1
                continue
            }
            guard searches[id]?.found[entry.peer, default: 0] ?? 0 < entry.sequence else { continue }
            searches[id]?.found[entry.peer] = entry.sequence
            news.append(entry)
        }
        let answer = RegistrarAnswer(
            registrar: registrar.peer, bucket: registrar.key.commonPrefixLength(with: search.topic.key), entries: news,
            refused: refused)
        outbox.append(.registrarAnswered(id, answer))
        guard let found = searches[id]?.found.count, found >= search.wanted else { return }
        let result = kademlia.endSearch(id, as: .found)
        searches[id] = nil
        outbox.append(.searchFinished(id, result))
    }
}

extension CatalogEntry {
    /// What it is to be found by: its services first, then their models, each once.
    var topics: OrderedSet<Topic> {
        OrderedSet(services.map { .service($0.name.description) } + services.flatMap(\.models).map { .model($0) })
    }
}

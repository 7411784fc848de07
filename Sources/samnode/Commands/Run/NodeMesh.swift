import Gossip
import Inference
import NIOCore
import Overlay
import Transport

/// The running node as the local API sees it.
struct NodeMesh: MeshAccess {
    let node: Node
    /// What the node was started with.
    let setup: NodeSetup

    var localPeer: PeerID { node.id }

    /// Ready as soon as requests can be answered: by a node with a link, or by whatever the catalog still lists, the
    /// node's own services among it.
    func readiness() async -> Readiness {
        let status = await node.status()
        if let refusal = status.ownRevocation { return .notReady("other nodes refuse this one: \(refusal)") }
        guard status.links == 0, status.catalogEntries == 0 else { return .ready }
        return .notReady("no link to any node of the mesh yet, and no service is known")
    }

    func providers(model: String) async -> [Provider] {
        await node.providers(of: model).map(Provider.init)
    }

    func services() async -> [AnnouncedService] {
        await node.catalog().flatMap { item in
            item.services.map { offer in
                AnnouncedService(
                    host: item.peer, isLocal: item.isLocal, name: offer.name, summary: offer.summary,
                    models: offer.models, announcedAt: item.issuedAt)
            }
        }
    }

    func exchange(
        with host: PeerID, head: RequestHead, body: some AsyncSequence<ByteBuffer, any Error> & Sendable
    ) async throws -> MeshAnswer {
        let answer = try await node.exchange(with: host, head: head, body: body)
        return MeshAnswer(head: answer.head, route: answer.route, body: answer.body)
    }

    // MARK: Reports

    func statusReport() async -> StatusReport {
        let status = await node.status()
        var reason: String?
        if case .notReady(let why) = await readiness() { reason = why }
        return StatusReport(
            peer: status.peer.text, isReady: reason == nil, reason: reason,
            listenAddresses: status.listening.map(\.text), uptimeSeconds: status.uptime.inSeconds, links: status.links,
            contacts: status.routingTable, catalogEntries: status.catalogEntries,
            requestsServed: status.counters.requestsServed, counters: status.counterReports,
            libp2pNeighbours: status.libp2pNeighbours, estimatedNodes: status.estimatedNodes,
            neighbours: status.neighbours, reach: ReachReport(status.reach),
            partialCatalog: status.partialCatalog.map(PartialCatalogReport.init))
    }

    func peerReports() async -> [PeerReport] {
        await node.peers().map { link in
            PeerReport(
                peer: link.peer.text, direction: link.direction.text, address: link.address,
                transport: Self.transport(of: link.address),
                ageSeconds: link.age.inSeconds, roundTripMilliseconds: link.roundTrip.map { $0.inSeconds * 1_000 },
                isAdmitted: link.isAdmitted, user: link.user,
                roles: link.roles, streams: link.streams, bytesReceived: link.bytesReceived,
                bytesSent: link.bytesSent, dht: link.isServer.map(ReachReport.role(isServer:)))
        }
    }

    /// The innermost protocol of an address before its peer: what the frames of a link travel on.
    static func transport(of address: String) -> String? {
        let codes = (try? Multiaddr(text: address))?.components.map(\.code) ?? []
        return codes.last { $0 != .p2p }?.name
    }

    func revocationReport() async -> RevocationReport {
        RevocationReport(of: await node.revocations(), own: await node.status().ownRevocation)
    }

    func add(revocations: [[UInt8]]) async -> [RevocationList.Acceptance] {
        await node.add(revocations: revocations)
    }

    func joiningReport() async -> JoiningReport { await JoiningReport(of: node, setup: setup) }

    func catalogChanges() async -> AsyncStream<CatalogChange> { await node.catalogChanges() }

    func catalogReports() async -> [CatalogReport] {
        await node.catalog().map { item in
            CatalogReport(
                peer: item.peer.text, isLocal: item.isLocal, sequence: item.sequence,
                issuedAt: item.issuedAt.milliseconds, expiresAt: item.expiresAt.milliseconds,
                services: zip(item.services, item.loads).map { CatalogReport.Service($0, load: $1) })
        }
    }

    func findReport(of topic: Topic, wanted: Int) async -> FindReport {
        FindReport(topic, await node.find(topic, wanted: wanted), by: localPeer)
    }

    func routeReport(model: String) async -> RouteReport {
        var candidates: [RouteReport.Candidate] = []
        for candidate in await node.providers(of: model) {
            let paths = await node.route(to: candidate.host).paths.map { path in
                path.relay.map { "through \($0): \(path.words)" } ?? path.words
            }
            candidates.append(
                RouteReport.Candidate(
                    peer: candidate.host.text, service: candidate.service.description, isLocal: candidate.isLocal,
                    load: candidate.load.map(LoadReport.init),
                    plan: paths.isEmpty ? "no path now" : paths.joined(separator: "; ")))
        }
        return RouteReport(model: model, candidates: candidates)
    }
}

extension Provider {
    fileprivate init(_ candidate: Candidate) {
        self.init(
            host: candidate.host, service: candidate.service, isLocal: candidate.isLocal, labels: candidate.labels,
            isFull: candidate.load?.isFull == true)
    }
}

extension FindReport {
    fileprivate init(_ topic: Topic, _ found: FoundServices, by searcher: PeerID) {
        let entries = found.entries.map { entry in
            CatalogReport(
                peer: entry.peer.text, isLocal: entry.peer == searcher, sequence: entry.sequence,
                issuedAt: entry.header.issuedAt.milliseconds, expiresAt: entry.expiry.milliseconds,
                services: entry.services.map { CatalogReport.Service($0, load: nil) })
        }
        let steps = found.steps.map { step in
            Step(
                milliseconds: step.after.inSeconds * 1_000, registrar: step.answer.registrar.text,
                bucket: step.answer.bucket, hosts: step.answer.entries.map(\.peer.text), refused: step.answer.refused)
        }
        self.init(
            topic: "\(topic)", end: found.result.end.text, milliseconds: found.duration.inSeconds * 1_000,
            asked: found.result.queries, answered: found.result.answers, entries: entries, steps: steps)
    }
}

extension SearchResult.End {
    fileprivate var text: String {
        switch self {
        case .found: "found"
        case .complete: "complete"
        case .cancelled: "time_limit"
        case .queryLimit: "query_limit"
        case .busy: "busy"
        case .noPeer: "no_peer"
        }
    }
}

extension CatalogReport.Service {
    fileprivate init(_ offer: ServiceOffer, load: KnownLoad?) {
        self.init(
            type: offer.name.type.text, name: offer.name.name, description: offer.summary, models: offer.models,
            labels: offer.labels.labels.map(\.description), load: load.map(LoadReport.init))
    }
}

extension TimeSpan {
    /// For reports.
    var inSeconds: Double { Double(nanoseconds) / 1e9 }
}

extension NodeStatus {
    /// The core's counters by name, in order.
    fileprivate var counterReports: [StatusReport.Counter] {
        let named: [(String, UInt64)] = [
            ("links_opened", counters.linksOpened), ("links_closed", counters.linksClosed),
            ("links_admitted", counters.admitted), ("dials", counters.dials), ("dials_failed", counters.dialsFailed),
            ("circuits_relayed", counters.circuitsRelayed), ("bytes_relayed", counters.bytesRelayed),
            ("requests_made", counters.requestsMade), ("requests_served", counters.requestsServed),
            ("requests_refused", counters.requestsRefused), ("requests_busy", counters.requestsBusy),
            ("loads_told", counters.loadsTold), ("loads_heard", counters.loadsHeard), ("catalog_added", gossip.added),
            ("catalog_replaced", gossip.replaced), ("catalog_withdrawn", gossip.withdrawn),
            ("catalog_expired", gossip.expired), ("catalog_forged", gossip.forged), ("catalog_stale", gossip.stale),
            ("catalog_foreign", gossip.foreignMesh), ("catalog_duplicates", gossip.duplicates),
            ("catalog_comparisons", gossip.comparisons), ("catalog_revoked", gossip.revoked),
            ("catalog_unreadable", gossip.unreadable),
            ("catalog_passed", gossip.passed), ("catalog_displaced", gossip.displaced),
            ("revocations_known", UInt64(revocations)), ("revocations_missing", UInt64(revocationsMissing)),
            ("revocations_taken", gossip.revocationsTaken), ("revocations_refused", gossip.revocationsRefused),
            ("revocations_twice_numbered", gossip.revocationTwins), ("links_revoked", counters.linksRevoked),
            ("circuits_revoked", counters.circuitsRevoked), ("circuits_learning", counters.circuitsLearning),
            ("libp2p_requests", counters.libp2pRequests),
            ("advertisements_kept", UInt64(advertisementsKept)),
            ("advertisements_placed", UInt64(advertisementsPlaced)), ("lookups_crowded", crowdedLookups),
            ("dial_backs_arrived", reach.arrived), ("dial_backs_missed", reach.missed),
            ("dial_backs_sent", reach.sent),
            ("neighbours_gained", membership.activated), ("neighbours_left", membership.deactivated),
            ("neighbours_lost", membership.lost), ("neighbours_declined", membership.declined),
            ("neighbours_silent", membership.unanswered), ("neighbours_evicted", membership.evicted),
        ]
        let said = GossipMessage.Kind.allCases.map { ("gossip_sent_\($0.name)", gossip.sent[$0]) }
        let udp: [(String, UInt64)] = [
            ("udp_sent", datagrams.sent), ("udp_received", datagrams.received),
            ("udp_bytes_sent", datagrams.bytesSent), ("udp_bytes_received", datagrams.bytesReceived),
            ("udp_handshakes", datagrams.handshakes), ("udp_cookies_sent", datagrams.cookiesSent),
        ]
        let dropped =
            counters.dropped.map { ("dropped_\($0.key.rawValue)", $0.value) }
            + counters.libp2pDropped.map { ("dropped_\($0.key.rawValue)", $0.value) }
            + datagrams.dropped.map { ("dropped_udp_\($0.key.rawValue)", $0.value) }
        return (named + said + udp + dropped).sorted { $0.0 < $1.0 }.map(StatusReport.Counter.init(name:value:))
    }
}

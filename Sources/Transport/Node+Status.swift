import Gossip
import Inference
import NIOCore
import Overlay

extension Node {
    public func status() -> NodeStatus {
        let inFlight = peer.requestsInFlight
        return NodeStatus(
            peer: id, meshID: meshID, listening: listening.map { $0.with(peer: id) },
            uptime: NodeClock.instant.since(startedAt), links: peer.linkCount,
            neighbours: peer.membership.activeCount, libp2pNeighbours: peer.libp2pNeighbourCount,
            connections: channels.count,
            routingTable: peer.kademlia.table.count, estimatedNodes: peer.kademlia.estimatedNetworkSize,
            crowdedLookups: peer.kademlia.crowdedLookups,
            catalogEntries: peer.mesh.catalog.liveCount, partialCatalog: partialCatalog,
            models: peer.mesh.catalog.models.count,
            requestsServing: inFlight.served, requestsMaking: inFlight.made, counters: peer.counters,
            datagrams: datagrams.counters, gossip: peer.mesh.counts,
            membership: peer.membership.counts,
            revocations: peer.revocations.statementCount, revocationsMissing: peer.revocations.missingCount,
            ownRevocation: peer.ownRevocation,
            advertisementsKept: peer.kademlia.keptAdvertisements,
            advertisementsPlaced: peer.kademlia.registeredAdvertisements, reach: reachStatus)
    }

    private var partialCatalog: PartialCatalog? {
        let catalog = peer.mesh.catalog
        guard catalog.isPartial else { return nil }
        return PartialCatalog(
            shards: catalog.selection.shards.count, sampled: catalog.selection.sampled.count,
            notKept: catalog.passedCount(at: NodeClock.now.wall))
    }

    private var reachStatus: ReachStatus {
        let dialBacks = peer.kademlia.dialBacks
        return ReachStatus(
            isServer: peer.isServer, reach: dialBacks.reach, witnesses: dialBacks.witnessCounts, seen: dialBacks.seen,
            arrived: dialBacks.arrived, missed: dialBacks.missed, sent: peer.kademlia.dialBacksSent)
    }

    public func peers() -> [LinkStatus] {
        let now = NodeClock.instant
        return peer.linkSummaries(at: now).map { link in
            let channel = channels[link.id]
            return LinkStatus(
                peer: link.peer, direction: link.direction, address: link.address, age: link.age,
                roundTrip: link.roundTrip, isAdmitted: link.isAdmitted, user: link.user, roles: link.roles,
                bytesReceived: channel?.bytesReceived ?? 0, bytesSent: channel?.bytesSent ?? 0, streams: link.streams,
                isServer: link.isServer)
        }
    }

    /// What the mesh offers now; hosts that this node cannot reach are left out.
    public func catalog() -> [CatalogItem] {
        let now = NodeClock.instant
        return peer.mesh.catalog.entries.filter { peer.isReachable($0.peer) }.map { entry in
            CatalogItem(
                peer: entry.peer, sequence: entry.sequence, issuedAt: entry.header.issuedAt, expiresAt: entry.expiry,
                services: entry.services, labels: entry.labels, relays: entry.relays, isLocal: entry.peer == id,
                loads: entry.services.map { peer.load(of: $0.name, at: entry.peer, now: now) })
        }
    }

    /// Services that offer a model, best first.
    public func candidates(model: String) -> [Candidate] { peer.candidates(model: model, at: NodeClock.instant) }

    /// Services of a type, or with one name, best first.
    public func candidates(type: ServiceType, name: String?) -> [Candidate] {
        peer.candidates(type: type, name: name, at: NodeClock.instant)
    }

    /// What would be tried to reach a host.
    public func route(to host: PeerID) -> RoutePlan {
        RoutePlan(
            host: host,
            paths: peer.plannedPaths(to: host).map { RoutePlan.Path(relay: $0.relay, words: $0.words) })
    }

    /// Announces exactly these services; none withdraws the entry.
    public func publish(_ offers: [ServiceOffer]) {
        enter { peer, now, outbox in peer.publish(offers, at: now, into: &outbox) }
    }

    /// Contact records from an earlier run, as ``knownContacts()`` ordered them; the first are dialed at once.
    public func learn(_ contacts: [[UInt8]]) {
        enter { peer, now, outbox in peer.resume(contacts, at: now, into: &outbox) }
    }

    /// Contact records worth keeping over a restart, anchors first.
    public func knownContacts() -> [[UInt8]] {
        peer.keptContacts(limit: configuration.transport.keptContacts).map(\.bytes)
    }

    // MARK: Life

    /// Begins to look for links.
    public func start() async {
        await openAskingSockets()
        await openDialBackSockets()
        enter { peer, now, outbox in peer.wake(at: now, into: &outbox) }
    }

    /// Withdraws the node's entry, waits until the requests under way have ended or the limit has passed, says goodbye
    /// and closes.
    public func stop(drainingAtMost limit: TimeSpan) async {
        for listener in listeners { listener.close(promise: nil) }
        enter { peer, now, outbox in peer.leave(at: now, into: &outbox) }
        await drainRequests(limit)
        let open = channels.values.map(\.channel)
        enter { peer, _, outbox in peer.sayGoodbye(into: &outbox) }
        for link in channels.values { link.channel.close(promise: nil) }
        let sockets = datagramChannels + dialBackChannels
        for channel in sockets { channel.close(promise: nil) }
        for channel in open + sockets { try? await channel.closeFuture.get() }
        (datagramChannels, dialBackChannels) = ([], [])
        arrivalsInput.finish()
        for watcher in watchers.values { watcher.finish() }
        for watcher in revocationWatchers.values { watcher.finish() }
        cancelSearches()
        finishTimers()
    }

    private func drainRequests(_ limit: TimeSpan) async {
        let deadline = NodeClock.instant + limit
        while !peer.isIdle, NodeClock.instant < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
}

import Inference
import Overlay

extension Node {
    /// Searches services in the DHT alone; the catalog is not asked.
    ///
    /// Ends when `wanted` hosts were found or all registrars were asked; with what was found so far when the calling task is
    /// cancelled, or after ``TransportSettings/searchLimit``.
    public func find(_ topic: Topic, wanted: Int) async -> FoundServices {
        let id = SearchID(nextSearch)
        nextSearch += 1
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                searches[id] = PendingSearch(startedAt: NodeClock.instant, continuation: continuation)
                eventLoop.scheduleTask(in: configuration.transport.searchLimit) { [weak self] in
                    self?.assumeIsolated { $0.cancelSearch(id) }
                }
                enter { peer, now, outbox in peer.find(topic, wanted: wanted, id: id, at: now, into: &outbox) }
            }
        } onCancel: {
            eventLoop.execute { self.assumeIsolated { $0.cancelSearch(id) } }
        }
    }

    /// Services that offer a model, best first. When the catalog is only a part of the mesh's and lists none, hosts are searched
    /// in the DHT first, once for all who ask at the same time.
    public func providers(of model: String) async -> [Candidate] {
        let listed = candidates(model: model)
        guard listed.isEmpty, peer.mesh.catalog.isPartial else { return listed }
        await seek(.model(model))
        return candidates(model: model)
    }

    private func seek(_ topic: Topic) async {
        if let running = seeking[topic] { return await running.value }
        let wanted = configuration.transport.soughtHosts
        // Owned by `seeking` for all who wait for it; it ends with the search, which has a limit.
        let search = Task {
            let found = await find(topic, wanted: wanted)
            enter { peer, now, outbox in peer.list(found: found.entries, at: now, into: &outbox) }
        }
        seeking[topic] = search
        await search.value
        seeking[topic] = nil
    }

    private func cancelSearch(_ id: SearchID) {
        guard searches[id] != nil else { return }
        let result = enter { peer, _, _ in peer.cancelSearch(id) }
        endSearch(id, result)
    }

    func cancelSearches() {
        for id in Array(searches.keys) { cancelSearch(id) }
    }

    func noteAnswer(_ answer: RegistrarAnswer, of id: SearchID) {
        guard let search = searches[id] else { return }
        let after = NodeClock.instant.since(search.startedAt)
        searches[id]?.steps.append(FoundServices.Step(after: after, answer: answer))
    }

    func endSearch(_ id: SearchID, _ result: SearchResult) {
        guard let search = searches.removeValue(forKey: id) else { return }
        search.continuation.resume(
            returning: FoundServices(
                steps: search.steps, result: result, duration: NodeClock.instant.since(search.startedAt)))
    }
}

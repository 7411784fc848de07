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

import Gossip
import Inference
import Overlay

/// What a search in the DHT found, and how.
public struct ServiceFinding: Sendable {
    /// One registrar's answer.
    public struct Step: Sendable {
        /// Since the search began.
        public let after: TimeSpan
        public let answer: RegistrarAnswer
    }

    /// In the order in which they came.
    public let steps: [Step]
    public let result: SearchResult
    public let duration: TimeSpan

    /// The latest entry of each host, in the order in which hosts were found.
    public var entries: [CatalogEntry] {
        var entries: [CatalogEntry] = []
        for entry in steps.flatMap(\.answer.entries) {
            guard let index = entries.firstIndex(where: { $0.peer == entry.peer }) else {
                entries.append(entry)
                continue
            }
            if entries[index].sequence < entry.sequence { entries[index] = entry }
        }
        return entries
    }
}

/// A search that somebody waits for.
struct PendingFinding {
    let startedAt: Instant
    var steps: [ServiceFinding.Step] = []
    let continuation: CheckedContinuation<ServiceFinding, Never>
}

extension Node {
    /// Searches services in the DHT alone; the catalog is not asked.
    ///
    /// Ends when `wanted` hosts were found or all registrars were asked; with what was found so far when the calling task is
    /// cancelled, or after ``TransportSettings/searchLimit``.
    public func find(_ topic: Topic, wanted: Int) async -> ServiceFinding {
        let id = SearchID(nextFinding)
        nextFinding += 1
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                findings[id] = PendingFinding(startedAt: NodeClock.instant, continuation: continuation)
                eventLoop.scheduleTask(in: configuration.transport.searchLimit) { [weak self] in
                    self?.assumeIsolated { $0.cancelFinding(id) }
                }
                enter { peer, now, outbox in peer.find(topic, wanted: wanted, id: id, at: now, into: &outbox) }
            }
        } onCancel: {
            eventLoop.execute { self.assumeIsolated { $0.cancelFinding(id) } }
        }
    }

    private func cancelFinding(_ id: SearchID) {
        guard findings[id] != nil else { return }
        let result = enter { peer, _, _ in peer.cancelFinding(id) }
        endFinding(id, result)
    }

    func cancelFindings() {
        for id in Array(findings.keys) { cancelFinding(id) }
    }

    func noteAnswer(_ answer: RegistrarAnswer, of id: SearchID) {
        guard let finding = findings[id] else { return }
        let after = NodeClock.instant.since(finding.startedAt)
        findings[id]?.steps.append(ServiceFinding.Step(after: after, answer: answer))
    }

    func endFinding(_ id: SearchID, _ result: SearchResult) {
        guard let finding = findings.removeValue(forKey: id) else { return }
        finding.continuation.resume(
            returning: ServiceFinding(
                steps: finding.steps, result: result, duration: NodeClock.instant.since(finding.startedAt)))
    }
}

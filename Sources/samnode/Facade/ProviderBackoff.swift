import OrderedCollections
import Overlay

/// Which providers failed lately and come after all others until their time is over.
struct ProviderBackoff: Sendable {
    private let span: TimeSpan
    private let capacity: Int
    /// In the order in which the entries end, because all get the same span.
    private var ends: OrderedDictionary<Provider.Key, Instant> = [:]

    init(settings: FacadeSettings) {
        span = settings.backoff
        capacity = settings.backoffCapacity
    }

    mutating func recordFailure(of provider: Provider.Key, at now: Instant) {
        ends.removeValue(forKey: provider)
        ends[provider] = now + span
        if ends.count > capacity { ends.removeFirst() }
    }

    mutating func recordSuccess(of provider: Provider.Key) {
        ends.removeValue(forKey: provider)
    }

    func isBackingOff(_ provider: Provider.Key, at now: Instant) -> Bool {
        ends[provider].map { now < $0 } ?? false
    }

    /// The order in which to ask: local ones, then as ranked, behind them those that are full, which say so at once, and at
    /// the end those that failed lately, which may not. They are still asked when nobody else is there, so that a lone host
    /// which is back is found at once.
    func order(_ ranked: [Provider], at now: Instant) -> [Provider] {
        let (failed, healthy) = ranked.partitioned { isBackingOff($0.key, at: now) }
        let (full, free) = healthy.partitioned(by: \.isFull)
        return free.localFirst() + full.localFirst() + failed.localFirst()
    }
}

extension [Provider] {
    fileprivate func partitioned(by condition: (Provider) -> Bool) -> (matching: [Provider], others: [Provider]) {
        (filter(condition), filter { !condition($0) })
    }

    fileprivate func localFirst() -> [Provider] {
        let (local, remote) = partitioned(by: \.isLocal)
        return local + remote
    }
}

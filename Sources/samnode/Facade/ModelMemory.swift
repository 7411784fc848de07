import OrderedCollections
import Overlay

/// Models that were served a short while ago, so that "nobody serves it at the moment" can be told from "unknown".
struct ModelMemory: Sendable {
    private let span: TimeSpan
    private let capacity: Int
    /// When each was last seen, oldest first.
    private var seen: OrderedDictionary<String, Instant> = [:]

    init(settings: FacadeSettings) {
        span = settings.modelMemory
        capacity = settings.modelMemoryCapacity
    }

    mutating func record(_ model: String, at now: Instant) {
        seen.removeValue(forKey: model)
        seen[model] = now
        if seen.count > capacity { seen.removeFirst() }
    }

    func remembers(_ model: String, at now: Instant) -> Bool {
        seen[model].map { now.since($0) < span } ?? false
    }
}

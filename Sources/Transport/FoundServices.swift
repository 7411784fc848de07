import Gossip
import Inference
import Overlay

/// What a search in the DHT found, and how.
public struct FoundServices: Sendable {
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

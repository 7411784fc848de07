import Gossip

/// A service that this node offers, with the backend behind it.
struct BackendService: Hashable, Sendable {
    var name: ServiceName
    /// Root of the backend, such as `http://localhost:4000`; what callers ask for comes behind it.
    var targetURL: String
    /// For people.
    var summary: String
    var labels: LabelSet

    init(name: ServiceName, targetURL: String, summary: String = "", labels: LabelSet = .empty) {
        self.name = name
        self.targetURL = targetURL.last == "/" ? String(targetURL.dropLast()) : targetURL
        self.summary = summary
        self.labels = labels
    }
}

import Foundation
import Gossip

/// The models in a backend's answer to `GET /v1/models`.
struct ModelList: Equatable, Sendable {
    /// As many as an offer in the catalog can hold, in the backend's order, each once.
    var models: [String]
    /// Those left out, because of their names or because there are too many.
    var omitted: Int

    /// Reads OpenAI's `{"data":[{"id":…}]}`, and what other servers answer: `{"models":[{"name":…}]}` and plain arrays of
    /// objects or strings. Nil for anything else.
    init?(json: Data) {
        guard let document = try? JSONSerialization.jsonObject(with: json) else { return nil }
        let object = document as? [String: Any]
        guard let items = (object?["data"] ?? object?["models"] ?? document) as? [Any] else { return nil }
        let names = items.compactMap(Self.name)
        guard names.count == items.count else { return nil }
        models = []
        var seen: Set<String> = []
        for name in names where Self.isValid(name) && models.count < ServiceOffer.modelCapacity {
            if seen.insert(name).inserted { models.append(name) }
        }
        omitted = Set(names).count - models.count
    }

    private static func name(_ item: Any) -> String? {
        if let text = item as? String { return text }
        let object = item as? [String: Any]
        return (object?["id"] ?? object?["name"] ?? object?["model"]) as? String
    }

    private static func isValid(_ name: String) -> Bool {
        (1...ServiceOffer.maximumModelLength).contains(name.utf8.count)
            && !name.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }
}

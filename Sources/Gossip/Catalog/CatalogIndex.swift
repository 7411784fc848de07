/// Finds live entries by what they offer. Every list is in the order of the table.
struct CatalogIndex: Sendable {
    private var byModel: [String: [Rank]] = [:]
    private var byService: [ServiceName: [Rank]] = [:]
    private var byType: [ServiceType: [Rank]] = [:]

    mutating func insert(_ entry: CatalogEntry, at rank: Rank) {
        for service in entry.services {
            byService[service.name, default: []].insert(rank)
            byType[service.name.type, default: []].insert(rank)
            for model in service.models { byModel[model, default: []].insert(rank) }
        }
    }

    mutating func remove(_ entry: CatalogEntry, at rank: Rank) {
        for service in entry.services {
            Self.remove(rank, from: &byService, under: service.name)
            Self.remove(rank, from: &byType, under: service.name.type)
            for model in service.models { Self.remove(rank, from: &byModel, under: model) }
        }
    }

    func entries(serving model: String) -> [EntryRef] { (byModel[model] ?? []).map(\.ref) }
    func entries(offering service: ServiceName) -> [EntryRef] { (byService[service] ?? []).map(\.ref) }
    func entries(of type: ServiceType) -> [EntryRef] { (byType[type] ?? []).map(\.ref) }

    /// In the order of their bytes.
    var models: [String] { byModel.keys.sorted { $0.utf8Precedes($1) } }
    /// By type, then name.
    var services: [ServiceName] { byService.keys.sorted() }

    private static func remove<Key>(_ rank: Rank, from lists: inout [Key: [Rank]], under key: Key) {
        lists[key]?.remove(rank)
        if lists[key]?.isEmpty == true { lists[key] = nil }
    }
}

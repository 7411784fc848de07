/// What became different between two states of a list that somebody follows.
enum ListChange<Item: Sendable>: Sendable {
    case added(Item)
    case changed(Item)
    case removed(Item)

    /// From one state to the next: what is gone in its old order, then what is new or different in its new order.
    static func changes(
        from old: [Item], to new: [Item], key: (Item) -> String, isSame: (Item, Item) -> Bool
    ) -> [ListChange] {
        let before = Dictionary(old.map { (key($0), $0) }) { first, _ in first }
        let after = Set(new.map(key))
        let gone = old.filter { !after.contains(key($0)) }.map(ListChange.removed)
        return gone
            + new.compactMap { item in
                guard let known = before[key(item)] else { return .added(item) }
                return isSame(known, item) ? nil : .changed(item)
            }
    }

    /// The name of its event.
    var name: String {
        switch self {
        case .added: "added"
        case .changed: "changed"
        case .removed: "removed"
        }
    }

    var item: Item {
        switch self {
        case .added(let item), .changed(let item), .removed(let item): item
        }
    }
}

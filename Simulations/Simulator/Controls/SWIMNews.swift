/// What a node still has to tell others: the news told least comes first.
struct SWIMNews: Sendable {
    struct Item: Sendable {
        let member: UInt32
        let view: SWIMViews.View
        fileprivate(set) var times: UInt8 = 0

        init(member: UInt32, view: SWIMViews.View) {
            self.member = member
            self.view = view
        }
    }

    /// News that was not told yet, newest last, and news that was, in the order in which it was told.
    private var fresh: [Item] = []
    private var told: [Item] = []
    private var toldHead = 0

    var isEmpty: Bool { fresh.isEmpty && toldHead == told.count }

    mutating func add(_ member: Int, _ view: SWIMViews.View) {
        fresh.append(Item(member: UInt32(member), view: view))
    }

    mutating func clear() {
        fresh = []
        told = []
        toldHead = 0
    }

    /// Takes out up to `count` items for one message, of those that still hold; each is told `limit` times in all.
    mutating func take(_ count: Int, limit: Int, isValid: (Item) -> Bool) -> [Item] {
        var taken: [Item] = []
        while taken.count < count, let item = next() {
            guard isValid(item) else { continue }
            taken.append(item)
        }
        for item in taken where Int(item.times) + 1 < limit {
            var again = item
            again.times += 1
            told.append(again)
        }
        return taken
    }

    private mutating func next() -> Item? {
        if let item = fresh.popLast() { return item }
        guard toldHead < told.count else { return nil }
        defer {
            toldHead += 1
            if toldHead >= 64, toldHead * 2 >= told.count {
                told.removeFirst(toldHead)
                toldHead = 0
            }
        }
        return told[toldHead]
    }
}

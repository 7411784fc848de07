import Overlay
import Testing

@testable import Gossip

@Suite struct CollectionTests {
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func deadlinesComeInOrder(seed: UInt64) {
        print("deadline seed \(seed)")
        var random = RandomSource(seed: seed)
        var queue = DeadlineQueue()
        var model: [DeadlineQueue.Item] = []
        for step in 0..<400 {
            if random.below(3) > 0 || model.isEmpty {
                let item = DeadlineQueue.Item(
                    deadline: WallTime(milliseconds: UInt64(random.below(50))),
                    ref: EntryRef(index: UInt32(random.below(1_000))))
                queue.insert(item)
                model.append(item)
                model.sort()
            } else {
                #expect(queue.first == model.first)
                queue.removeFirst()
                model.removeFirst()
            }
            if step % 100 == 99 {
                queue.compact { $0.ref.index % 2 == 0 }
                var kept: [DeadlineQueue.Item] = []
                for item in model where item.ref.index % 2 == 0 && kept.last != item { kept.append(item) }
                model = kept
            }
            #expect(queue.count == model.count)
        }
    }

    @Test func rateLimitGivesBurstThenInterval() {
        var limit = RateLimit()
        let interval = TimeSpan.seconds(2)
        func at(_ seconds: UInt64) -> Instant { .zero + .seconds(seconds) }
        for _ in 0..<3 { #expect(limit.take(burst: 3, interval: interval, at: at(10)) == true) }
        #expect(limit.take(burst: 3, interval: interval, at: at(10)) == false)
        #expect(limit.available(burst: 3, interval: interval, at: at(10)) == at(12))
        #expect(limit.take(burst: 3, interval: interval, at: at(11)) == false)
        #expect(limit.take(burst: 3, interval: interval, at: at(12)) == true)
        #expect(limit.available(burst: 3, interval: interval, at: at(30)) == at(30))
        #expect(limit.take(3, burst: 3, interval: interval, at: at(30)) == true)
        #expect(limit.take(4, burst: 3, interval: interval, at: at(90)) == false)
    }

    @Test func twoGenerationsRememberTheLastAndNoMore() {
        var set = TwoGenerationSet<Int>(capacity: 10)
        for number in 0..<100 {
            #expect(set.insert(number) == true)
            #expect(set.insert(number) == false)
            #expect(set.count <= 20)
            for recent in max(0, number - 9)...number { #expect(set.contains(recent)) }
        }
        #expect(!set.contains(0))
        set.turn()
        #expect(set.contains(99))
        set.turn()
        #expect(!set.contains(99))
    }

    @Test func itemsStandForWhatCanBePassedOn() throws {
        var catalog = Catalog()
        for number in 0..<30 as Range<UInt64> {
            let said = number % 3 == 0 ? nil : try contents()
            let issued = moment(30 - number)
            _ = catalog.accept(entry(by: identity(number), issued: issued, contents: said).bytes, at: moment(30))
        }
        let items = catalog.items(salt: 0)
        #expect(items.vector.items.map(\.timestamp) == (1...30).map { moment($0).wall.milliseconds })
        #expect(Set(items.vector.items.map(\.id)) == Set(catalog.snapshot.map { SHA256.hash($0) }))
        let some = items.vector.items[5..<9].map { CatalogItems.shortID($0.id) }
        let known = (5..<9 as Range<UInt64>).map { identity(29 - $0).peerID }
        let summaries = known.compactMap { catalog.statement(of: $0).map { EntrySummary(of: $0) } }
        #expect(summaries.count == 4)
        #expect(items.summaries(of: some + [12], in: catalog) == summaries)
        #expect(catalog.items(salt: 9).vector.items.map(\.timestamp) == items.vector.items.map(\.timestamp))
        #expect(Set(catalog.items(salt: 9).vector.items).isDisjoint(with: items.vector.items))
    }
}

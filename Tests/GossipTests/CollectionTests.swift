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

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func pagesCoverEverythingOnce(seed: UInt64) throws {
        print("page seed \(seed)")
        var random = RandomSource(seed: seed)
        var catalog = Catalog()
        for number in 0..<UInt64(20 + random.below(30)) {
            _ = catalog.accept(entry(by: identity(number), contents: try contents()).bytes, at: moment(0))
        }
        let limit = 1 + random.below(12)
        var seen: [EntrySummary] = []
        var next: UInt64? = 0
        while let from = next {
            let page = catalog.page(from: from, limit: limit)
            #expect(page.isConsistent && page.summaries.count <= limit)
            seen += page.summaries
            let difference = catalog.differences(from: page)
            #expect(difference.wanted.isEmpty && difference.lacking.isEmpty)
            next = page.isLast ? nil : page.through + 1
        }
        #expect(seen == catalog.ranks.compactMap { catalog.summary(of: $0) })
    }

    @Test func pagesThatContradictThemselvesAreNoticed() {
        func summary(_ key: UInt64) -> EntrySummary { EntrySummary(key: key, sequence: 1, fingerprint: 1) }
        #expect(SummaryPage(from: 0, through: 9, summaries: [summary(0), summary(9)]).isConsistent)
        #expect(!SummaryPage(from: 1, through: 0, summaries: []).isConsistent)
        #expect(!SummaryPage(from: 1, through: 9, summaries: [summary(0)]).isConsistent)
        #expect(!SummaryPage(from: 1, through: 9, summaries: [summary(10)]).isConsistent)
        #expect(!SummaryPage(from: 1, through: 9, summaries: [summary(5), summary(4)]).isConsistent)
    }
}

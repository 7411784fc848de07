import Overlay
import Testing

@testable import Simulator

/// Each check is shown what it must pass, and what it must not.
@Suite struct WorldCheckTests {
    private let wall = WallTime(seconds: 1_000)
    private static let population = Population(Plan(seed: 2, nodes: 8, duration: .seconds(1)))

    private func node(_ number: Int) -> NodeIndex { NodeIndex(number) }

    private func entry(_ sequence: UInt64, digest: UInt64? = nil, expiry: UInt64 = 2_000) -> EntryLedger.Entry {
        EntryLedger.Entry(sequence: sequence, digest: digest ?? sequence * 7, expiry: WallTime(seconds: expiry))
    }

    private func found(_ body: (inout [Violation]) -> Void) -> [Violation.Property] {
        var violations: [Violation] = []
        body(&violations)
        return violations.map(\.property)
    }

    // MARK: Catalogs

    private struct Listings {
        var ledger = EntryLedger(nodes: 8)
        var check = ListingCheck(WorldCheckTests.population, publishers: 8)

        mutating func listed(
            _ entry: EntryLedger.Entry, of publisher: Int = 1, by node: Int = 2, wall: WallTime
        ) -> [Violation.Property] {
            var found: [Violation] = []
            check.listed(
                entry, of: NodeIndex(publisher), by: NodeIndex(node), wall: wall, at: .zero, ledger: ledger,
                into: &found)
            return found.map(\.property)
        }

        mutating func unlisted(by node: Int = 2, wall: WallTime) -> [Violation.Property] {
            var found: [Violation] = []
            check.unlisted(NodeIndex(1), by: NodeIndex(node), wall: wall, at: .zero, ledger: ledger, into: &found)
            return found.map(\.property)
        }
    }

    private func listings(_ sequences: UInt64...) -> Listings {
        var listings = Listings()
        for sequence in sequences { listings.ledger.published(entry(sequence), by: node(1)) }
        return listings
    }

    @Test func publishedEntriesPass() {
        var listings = listings(1, 2)
        #expect(listings.listed(entry(1), wall: wall) == [])
        #expect(listings.listed(entry(2), wall: wall) == [])
        #expect(listings.listed(entry(2), wall: wall) == [])
        #expect(listings.listed(entry(1), by: 3, wall: wall) == [])
    }

    @Test func forgedAndExpiredEntriesAreFound() {
        var listings = listings(1)
        #expect(listings.listed(entry(1, digest: 99), wall: wall) == [.forgedEntry])
        #expect(listings.listed(entry(1, expiry: 3_000), wall: wall) == [.forgedEntry])
        #expect(listings.listed(entry(2), wall: wall) == [.forgedEntry])
        #expect(listings.listed(entry(1), of: 5, wall: wall) == [.forgedEntry])
        #expect(listings.listed(entry(1), wall: WallTime(seconds: 2_000)) == [.expiredEntry])
    }

    @Test func nothingComesBack() {
        var listings = listings(1, 2)
        #expect(listings.listed(entry(2), wall: wall) == [])
        #expect(listings.listed(entry(1), wall: wall) == [.rolledBack])
        listings = self.listings(1)
        #expect(listings.listed(entry(1), wall: wall) == [])
        #expect(listings.unlisted(wall: wall) == [.lostEntry])
        #expect(listings.listed(entry(1), wall: wall) == [.rolledBack])
        // Who lost its files starts anew.
        listings.check.forget(node(2))
        #expect(listings.listed(entry(1), wall: wall) == [])
    }

    @Test func entriesLeaveWhenTheyMay() {
        var listings = listings(1)
        #expect(listings.unlisted(wall: WallTime(seconds: 2_000)) == [])
        listings.ledger.withdrawn(by: node(1))
        #expect(listings.unlisted(wall: wall) == [] && listings.ledger.liveCount == 0)
        listings.ledger.published(entry(3), by: node(1))
        #expect(listings.listed(entry(3), wall: wall) == [] && listings.ledger.liveCount == 1)
    }

    @Test func malicePublishesWhatItLikes() {
        var listings = listings(1)
        listings.ledger.becameMalicious(node(1))
        #expect(listings.ledger.liveCount == 0)
        #expect(listings.listed(entry(9), wall: wall) == [] && listings.unlisted(wall: wall) == [])
        // In the name of an honest node it is still a forgery, unless a malicious one lists it.
        #expect(listings.listed(entry(9), of: 4, wall: wall) == [.forgedEntry])
        #expect(listings.listed(entry(9), of: 4, by: 1, wall: wall) == [])
    }

    @Test func ledgersOfShardsAgree() {
        var one = EntryLedger(nodes: 8)
        var other = EntryLedger(nodes: 8)
        one.published(entry(1), by: node(1))
        one.withdrawn(by: node(1))
        one.published(entry(2), by: node(3))
        other.learn(one.takeNews())
        #expect(one.takeNews() == [] && other.takeNews() == [])
        #expect(other.liveCount == 1 && other.page(of: node(1))?.hasWithdrawn == true)
        #expect(other.page(of: node(3))?.entries == [entry(2)])
    }

    @Test func digestsTellEntriesApart() {
        let texts: [[UInt8]] = [[], [0], [0, 0], [1], Array(repeating: 0, count: 8), Array(repeating: 0, count: 9)]
        #expect(Set(texts.map(EntryLedger.digest)).count == texts.count)
        var (one, other) = (CatalogImage(), CatalogImage())
        one.add(node(1), digest: 5)
        one.add(node(2), digest: 6)
        other.add(node(2), digest: 6)
        #expect(one != other)
        other.add(node(1), digest: 5)
        #expect(one == other)
        other.remove(node(1), digest: 5)
        other.add(node(1), digest: 6)
        #expect(one != other && one.count == other.count)
    }

    @Test func convergence() {
        func image(_ entries: [Int: UInt64]) -> CatalogImage {
            entries.sorted { $0.key < $1.key }.reduce(into: CatalogImage()) { $0.add(node($1.key), digest: $1.value) }
        }
        let truth = image([1: 10, 2: 20])
        let same = ConvergedCatalogs([0, 1, 2].map(node), truth: truth) { _ in truth }
        #expect(same.isConverged && same.violation(at: .zero) == nil)
        let catalogs = [truth, image([1: 10]), image([1: 10, 2: 21]), image([1: 10, 2: 20, 3: 30])]
        let differing = ConvergedCatalogs((0..<4).map(node), truth: truth) { catalogs[$0.offset] }
        #expect(differing.different == 3 && differing.example == node(1))
        #expect(differing.violation(at: .zero)?.property == .notConverged)
    }

    // MARK: Links

    @Test func graphs() {
        let neighbors = [0: [1], 1: [0, 2], 2: [1, 9], 3: [4], 4: [], 5: [5]]
        let graph = LinkGraph((0..<6).map(node)) { (neighbors[$0.offset] ?? []).map(node) }
        #expect(graph.components == 4 && graph.largest == 3 && graph.links == 2)
        #expect(graph.oneSided == [LinkGraph.OneSided(node: node(3), neighbor: node(4))])
        #expect(graph.violations(at: .zero, lasting: Set(graph.oneSided)).map(\.property) == [.oneSidedLink, .split])
        #expect(graph.violations(at: .zero, lasting: []).map(\.property) == [.split])
        let whole = LinkGraph([0, 1, 2].map(node)) { (neighbors[$0.offset] ?? []).map(node) }
        #expect(whole.violations(at: .zero, lasting: []) == [])
        // Without the node in the middle the others have nothing in common.
        let without = LinkGraph([0, 2].map(node)) { (neighbors[$0.offset] ?? []).map(node) }
        #expect(without.components == 2 && without.links == 0 && without.oneSided == [])
        #expect(LinkGraph([], neighbors: { _ in [] }).components == 0)
    }

    @Test func bounds() {
        let check = BoundCheck()
        var counts = BoundCheck.Counts()
        counts.links = 128
        #expect(found { check.inspect(counts, of: node(1), at: .zero, into: &$0) } == [])
        counts.links = 129
        counts.peers = 5_000
        #expect(found { check.inspect(counts, of: node(1), at: .zero, into: &$0) } == [.nodeBound, .nodeBound])
        #expect(found { check.sentToStranger(total: 16_384, by: node(1), at: .zero, into: &$0) } == [])
        #expect(found { check.sentToStranger(total: 16_385, by: node(1), at: .zero, into: &$0) } == [.amplification])
        let harmless: [(reason: String, count: UInt64)] = [("stale", 7), ("forged", 0)]
        #expect(found { check.inspectRefusals(harmless, of: node(1), at: .zero, into: &$0) } == [])
        let harmful: [(reason: String, count: UInt64)] = [("stale", 7), ("forged", 1)]
        #expect(found { check.inspectRefusals(harmful, of: node(1), at: .zero, into: &$0) } == [.honestRefused])
    }

    // MARK: Tables

    private func key(_ first: UInt64, _ last: UInt64 = 0) -> NodeKey {
        NodeKey(bytes: Bytes32(bigEndian: (first, 0, 0, last)))
    }

    private func tableFaults(_ buckets: [[TableCheck.Entry]]) -> [Violation.Property] {
        found { TableCheck().inspect(buckets, of: node(0), key: key(0), at: .zero, into: &$0) }
    }

    private func tableEntry(_ number: Int, _ first: UInt64, _ address: UInt32? = nil) -> TableCheck.Entry {
        TableCheck.Entry(key: key(first), node: node(number), addresses: address.map { [.v4($0)] } ?? [])
    }

    @Test func tables() {
        let top: UInt64 = 1 << 63
        #expect(tableFaults([[tableEntry(1, top), tableEntry(2, top | 5)], [tableEntry(3, top >> 1)]]) == [])
        #expect(tableFaults([[tableEntry(3, top >> 1)]]) == [.tableShape])
        #expect(tableFaults([[tableEntry(1, top)], [tableEntry(1, top >> 1)]]) == [.tableShape])
        #expect(tableFaults([[tableEntry(0, top)]]) == [.tableShape])
        #expect(tableFaults([(1...20).map { tableEntry($0, top | UInt64($0)) }]) == [])
        #expect(tableFaults([(1...21).map { tableEntry($0, top | UInt64($0)) }]) == [.tableShape])
    }

    @Test func networksInTables() {
        let top: UInt64 = 1 << 63
        let two = (0..<12).map { bucket in
            (0..<2).map { tableEntry(bucket * 2 + $0 + 1, top >> UInt64(bucket), 0x1400_0000 + UInt32($0)) }
        }
        #expect(tableFaults(Array(two.prefix(5))) == [])
        #expect(tableFaults(Array(two.prefix(6))) == [.tablePrefixes])
        let three = (1...3).map { tableEntry($0, top | UInt64($0), 0x1400_0000 + UInt32($0)) }
        #expect(tableFaults([three]) == [.tablePrefixes])
        #expect(tableFaults([(1...3).map { tableEntry($0, top, UInt32($0) << 8) }]) == [])
        let six = (1...3).map {
            TableCheck.Entry(
                key: key(top), node: node($0), addresses: [.v6(high: 0x2a00_0000_0001_0000 + UInt64($0), low: 1)])
        }
        #expect(tableFaults([six]) == [.tablePrefixes])
    }

    @Test func theClosestAreFound() {
        let draws = Draws(seed: 8)
        let all = (0..<300).map { number in
            (key: key(draws.word(.test, of: UInt64(number)), UInt64(number)), node: node(number))
        }
        let closeness = Closeness(all)
        for (target, own) in all.prefix(40) {
            let slow = all.filter { $0.node != own }.sorted {
                $0.key.distance(to: target) < $1.key.distance(to: target)
            }
            #expect(closeness.closest(20, to: target, except: own) == slow.prefix(20).map(\.node))
            #expect(closeness.closest(1, to: target) == [own])
            #expect(closeness.closest(500, to: target).count == 300)
        }
        #expect(Closeness([]).closest(3, to: key(1)) == [])
        // Keys that differ in the last bits only.
        let near = Closeness((0..<8).map { (key(1, UInt64($0)), node($0)) })
        #expect(near.closest(3, to: key(1, 5)) == [5, 4, 7].map(node))
    }

    @Test func samples() {
        let draws = Draws(seed: 4)
        let all = (0..<5_000).map(node)
        #expect(NodeSample.draw(from: Array(all.prefix(9).reversed()), draws: draws) == Array(all.prefix(9)))
        let some = NodeSample.draw(from: all, most: 100, draws: draws)
        #expect(some.count == 100 && some == some.sorted() && Set(some).count == 100)
        let left = all.filter { $0 != some[50] }
        #expect(Set(NodeSample.draw(from: left, most: 100, draws: draws)).intersection(some).count == 99)
        #expect(NodeSample.draw(from: all, most: 100, draws: draws, round: 1) != some)
    }

    // MARK: Requests

    @Test func requests() {
        var check = RequestCheck()
        let (one, two) = (RequestCheck.ID(caller: node(1), number: 5), RequestCheck.ID(caller: node(2), number: 5))
        #expect(
            found {
                for id in [one, two] { check.began(id) }
                check.executed(one, at: .zero, into: &$0)
                check.executed(two, at: .zero, into: &$0)
                check.ended(one, at: .zero, into: &$0)
            } == [])
        #expect(check.unfinished == [two])
        #expect(found { check.inspectEnd(at: .zero, into: &$0) } == [.requestLost])
        #expect(found { check.executed(one, at: .zero, into: &$0) } == [.requestTwice])
        #expect(found { check.ended(one, at: .zero, into: &$0) } == [.requestTwice])
        check.stopped(node(2))
        #expect(found { check.inspectEnd(at: .zero, into: &$0) } == [])
        #expect(found { check.took([node(3), node(4)], by: one, at: .zero, into: &$0) } == [])
        #expect(found { check.took([node(3), node(3)], by: one, at: .zero, into: &$0) } == [.routeLoop])
        #expect(found { check.took([node(1)], by: one, at: .zero, into: &$0) } == [.routeLoop])
    }

    @Test func executionsInTwoShards() {
        let id = RequestCheck.ID(caller: node(1), number: 5)
        var shards = [RequestCheck(), RequestCheck(), RequestCheck()]
        #expect(
            found {
                shards[0].began(id)
                shards[1].executed(id, at: .zero, into: &$0)
                shards[2].executed(id, at: .zero, into: &$0)
                shards[0].merge(shards[1], at: .zero, into: &$0)
            } == [])
        #expect(found { shards[0].merge(shards[2], at: .zero, into: &$0) } == [.requestTwice])
    }
}

import Testing

@testable import Overlay

@Suite struct NetworkSizeTests {
    /// How far the nearest of so many drawn keys are from a target.
    private func distances(_ size: Int, _ random: inout RandomSource) -> [NodeKey.Distance] {
        (0..<size).map { _ in random.next() }.sorted().prefix(20)
            .map { NodeKey.Distance(bytes: Bytes32(bigEndian: ($0, 0, 0, 0))) }
    }

    @Test(arguments: [25, 1_000, 20_000]) func lookupsTellTheSize(size: Int) {
        var random = RandomSource(seed: 3)
        let sizes = (0..<32).compactMap { _ in NetworkSize.size(distances(size, &random)) }.sorted()
        #expect(abs(sizes[16] - Double(size)) < Double(size) * 0.15, "\(sizes[16])")
    }

    @Test func nothingIsNoSize() {
        #expect(NetworkSize.size([]) == nil)
        #expect(NetworkSize.size([NodeKey.Distance.zero]) == nil)
    }

    /// Lookups whose results somebody crowds are outvoted, however often they are repeated.
    @Test func theMedianCounts() throws {
        var fixtures = RoutingFixtures(seed: 8)
        let records = try fixtures.records(400)
        var size = NetworkSize(capacity: 32, needed: 5)
        let attacked = NodeKey(bytes: Bytes32(bigEndian: (0x1234 << 48, 0, 0, 0)))
        let near = try fixtures.records(2_000).nearest(to: attacked, count: 20)
        for _ in 0..<100 { size.note(LookupResult(target: attacked, closest: near, end: .complete)) }
        #expect(size.median == nil, "one part of the keyspace is one opinion")
        for part in 2..<14 as Range<UInt64> {
            let target = NodeKey(bytes: Bytes32(bigEndian: (part << 60, 1, 2, 3)))
            size.note(LookupResult(target: target, closest: records.nearest(to: target, count: 20), end: .complete))
        }
        let median = try #require(size.median)
        #expect((280...540).contains(median), "\(median)")
    }

    @Test func distancesHoldTheirShare() throws {
        #expect(NodeKey.Distance(holding: 20, of: 20) == nil)
        #expect(NodeKey.Distance(holding: 20, of: 3) == nil)
        #expect(NodeKey.Distance(holding: -1, of: 3) == nil)
        let quarter = try #require(NodeKey.Distance(holding: 20, of: 80))
        #expect(quarter.fraction == 0.25)
        #expect(quarter.half.fraction == 0.125)
        let odd = NodeKey.Distance(bytes: Bytes32(bigEndian: (1, 1, 1, 1)))
        #expect(odd.half.bytes.bigEndianWords == (0, 1 << 63, 1 << 63, 1 << 63))
    }
}

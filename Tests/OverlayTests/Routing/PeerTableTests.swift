import Testing

@testable import Overlay

@Suite struct PeerTableTests {
    @Test func holdsEachContactOnce() throws {
        var fixtures = RoutingFixtures(seed: 1)
        let record = try fixtures.record()
        var table = PeerTable(capacity: 4)
        let handles = [table.intern(record), table.intern(record)]
        let (first, second) = try (#require(handles[0]), #require(handles[1]))
        #expect(first == second)
        #expect(table.count == 1)
        table.release(first)
        #expect(table.ref(of: record.peer) == first)
        table.release(second)
        #expect(table.ref(of: record.peer) == nil)
        #expect(table.count == 0)
    }

    @Test func isBounded() throws {
        var fixtures = RoutingFixtures(seed: 2)
        var table = PeerTable(capacity: 3)
        let records = try fixtures.records(4)
        let refs = records.map { table.intern($0) }
        #expect(refs.map { $0 != nil } == [true, true, true, false])
        try table.release(#require(refs[1]))
        let again = table.intern(records[3])
        let replacement = try #require(again)
        #expect(try replacement != #require(refs[1]), "a reused slot has another generation")
        #expect(table[replacement] == records[3])
    }

    @Test func keepsTheNewest() throws {
        var fixtures = RoutingFixtures(seed: 3)
        let identity = fixtures.identity()
        let old = try RoutingFixtures.record(identity, sequence: 1)
        let new = try RoutingFixtures.record(identity, sequence: 2, addresses: ["/ip4/8.8.8.8/tcp/1"])
        var table = PeerTable(capacity: 3)
        let handle = table.intern(new)
        let ref = try #require(handle)
        _ = table.intern(old)
        #expect(table[ref] == new)
        #expect(table.prefixes(ref) == AddressPrefix.all(of: new.contact.addresses))
    }

    @Test(arguments: 1...20) func countsHolders(seed: UInt64) throws {
        print("seed \(seed)")
        var fixtures = RoutingFixtures(seed: seed)
        let records = try fixtures.records(12)
        var table = PeerTable(capacity: 8)
        var held: [PeerID: Int] = [:]
        for _ in 0..<500 {
            let record = records[fixtures.random.below(records.count)]
            if fixtures.random.below(2) == 0 {
                let isFull = held.count == 8 && held[record.peer] == nil
                let wasRefused = table.intern(record) == nil
                #expect(wasRefused == isFull)
                if !isFull { held[record.peer, default: 0] += 1 }
            } else if let count = held[record.peer] {
                try table.release(#require(table.ref(of: record.peer)))
                held[record.peer] = count == 1 ? nil : count - 1
            }
            #expect(table.count == held.count)
            #expect((table.record(of: record.peer) == record) == (held[record.peer] != nil))
        }
    }

    @Test(arguments: [
        ("/ip4/127.0.0.1/tcp/1", true), ("/ip4/10.1.2.3/tcp/1", true), ("/ip4/172.16.0.1/tcp/1", true),
        ("/ip4/172.32.0.1/tcp/1", false), ("/ip4/192.168.1.1/udp/1", true), ("/ip4/169.254.0.1/tcp/1", true),
        ("/ip4/100.64.0.1/tcp/1", true), ("/ip4/100.128.0.1/tcp/1", false), ("/ip4/8.8.8.8/tcp/1", false),
        ("/ip6/::1/tcp/1", true), ("/ip6/fd00::1/tcp/1", true), ("/ip6/fe80::1/tcp/1", true),
        ("/ip6/fec0::1/tcp/1", false), ("/ip6/2001:db8::1/tcp/1", false), ("/ip6/::ffff:127.0.0.1/tcp/1", true),
        ("/ip6/::ffff:8.8.8.8/tcp/1", false), ("/dns/example.org/tcp/1", false),
    ])
    func tellsLocalFromGlobal(text: String, isLocal: Bool) throws {
        let prefix = try #require(AddressPrefix(RoutingFixtures.address(text)))
        #expect((prefix.scope == .local) == isLocal)
    }

    @Test func prefixesGroupNeighbours() {
        func prefix(_ text: String) -> AddressPrefix? { AddressPrefix(RoutingFixtures.address(text)) }
        #expect(prefix("/ip4/8.8.8.8/tcp/1") == prefix("/ip4/8.8.8.200/udp/9"))
        #expect(prefix("/ip4/8.8.8.8/tcp/1") != prefix("/ip4/8.8.9.8/tcp/1"))
        #expect(prefix("/ip4/8.8.8.8/tcp/1") == prefix("/ip6/::ffff:8.8.8.1/tcp/1"))
        #expect(prefix("/ip6/2001:db8:1:1::1/tcp/1") == prefix("/ip6/2001:db8:1:2::1/tcp/1"))
        #expect(prefix("/ip6/2001:db8:1::1/tcp/1") != prefix("/ip6/2001:db8:2::1/tcp/1"))
        #expect(prefix("/dns/a.example/tcp/1") == prefix("/dns4/b.example/tcp/1"))
    }
}

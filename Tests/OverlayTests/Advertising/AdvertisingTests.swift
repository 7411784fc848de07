import Testing

@testable import Overlay

@Suite struct AdvertisingTests {
    private let topic = Topic.service("inference:demo").key

    private func network(
        size: Int, seed: UInt64, usesDatagrams: Bool = true, loss: Int = 0
    ) throws -> KademliaNetwork {
        print("seed \(seed)")
        var network = try KademliaNetwork(size: size, seed: seed, usesDatagrams: usesDatagrams)
        network.loss = loss
        for number in 1..<size {
            network.join(number, through: 0)
            network.run(for: .milliseconds(100))
        }
        network.run(for: .minutes(1))
        return network
    }

    private func advertise(_ text: String, by number: Int, in network: inout KademliaNetwork) {
        network.act(number) {
            $0.advertise(Array(text.utf8), topics: [Topic.service("inference:demo").key], at: $1, into: &$2)
        }
    }

    private func find(from number: Int, in network: inout KademliaNetwork, id: UInt64 = 1) -> Set<String> {
        let id = SearchID(id)
        network.act(number) {
            $0.search(Topic.service("inference:demo").key, id: id, at: $1, into: &$2)
        }
        network.run(for: .seconds(20))
        #expect(network.searchResults[id]?.end == .complete)
        return Set((network.found[id] ?? []).map { String(decoding: $0, as: UTF8.self) })
    }

    @Test(arguments: 1...3) func everybodyFindsAFew(seed: UInt64) throws {
        var network = try network(size: 60, seed: seed)
        for number in [3, 17, 44] { advertise("host \(number)", by: number, in: &network) }
        network.run(for: .minutes(2))
        let expected: Set = ["host 3", "host 17", "host 44"]
        for (round, searcher) in [0, 8, 25, 59].enumerated() {
            let found = find(from: searcher, in: &network, id: UInt64(round))
            #expect(found == expected)
        }
        #expect(network.drops.isEmpty)
        let kept = network.nodes.reduce(0) { $0 + $1.keptAdvertisements }
        let placed = network.nodes.reduce(0) { $0 + $1.registeredAdvertisements }
        print("60 nodes, 3 hosts: \(kept) places")
        #expect(kept == placed)
        #expect(kept < 3 * 30, "a host has a few registrars at each distance, not all nodes")
    }

    @Test func overLinksWhereNoDatagramsPass() throws {
        var network = try network(size: 40, seed: 11, usesDatagrams: false)
        advertise("host", by: 5, in: &network)
        network.run(for: .minutes(1))
        let found = find(from: 30, in: &network)
        #expect(found == ["host"])
    }

    @Test func withLoss() throws {
        var network = try network(size: 60, seed: 12, loss: 5)
        for number in [3, 17, 44] { advertise("host \(number)", by: number, in: &network) }
        network.run(for: .minutes(3))
        let found = find(from: 9, in: &network)
        #expect(found == ["host 3", "host 17", "host 44"])
    }

    /// An advertisement that no datagram holds travels over links, there and back.
    @Test func aLongOne() throws {
        var network = try network(size: 30, seed: 13)
        let text = String(repeating: "long ", count: 500)
        advertise(text, by: 5, in: &network)
        network.run(for: .minutes(1))
        let found = find(from: 20, in: &network)
        #expect(found == [text])
    }

    @Test func whatIsOverIsNotFound() throws {
        var network = try network(size: 40, seed: 14)
        for number in [3, 17, 20] { advertise("host \(number)", by: number, in: &network) }
        network.run(for: .minutes(2))
        network.act(3) { $0.withdrawAdvertisement(Array("-3".utf8), at: $1, into: &$2) }
        network.run(for: .seconds(5))
        let found = find(from: 9, in: &network)
        #expect(found == ["host 17", "host 20"])
        // One goes without a word: it is named until its places end.
        network.kill(17)
        network.run(for: .minutes(20))
        let later = find(from: 9, in: &network, id: 2)
        #expect(later == ["host 20"], "places of the living are renewed")
    }

    @Test func aLaterStatementReplacesTheEarlier() throws {
        var network = try network(size: 40, seed: 15)
        advertise("first", by: 3, in: &network)
        network.run(for: .minutes(2))
        advertise("second", by: 3, in: &network)
        network.run(for: .seconds(5))
        let found = find(from: 9, in: &network)
        #expect(found == ["second"])
    }

    /// Sessions are over by then, and an advertisement has no room in a first packet.
    @Test func aLaterStatementAfterALongSilence() throws {
        var network = try network(size: 40, seed: 22)
        let (first, second) = (String(repeating: "first", count: 100), String(repeating: "other", count: 100))
        advertise(first, by: 3, in: &network)
        network.run(for: .minutes(10))
        advertise(second, by: 3, in: &network)
        network.run(for: .seconds(10))
        let found = find(from: 9, in: &network)
        #expect(found == [second])
        #expect(network.tooLong == 0)
        network.run(for: .minutes(9))
        network.act(3) { $0.withdrawAdvertisement(Array("-3".utf8), at: $1, into: &$2) }
        network.run(for: .seconds(5))
        let later = find(from: 9, in: &network, id: 2)
        #expect(later.isEmpty)
        #expect(network.blocked.isEmpty && network.tooLong == 0)
    }

    @Test func survivesTheDeathOfAThird() throws {
        var network = try network(size: 60, seed: 16)
        advertise("host", by: 3, in: &network)
        network.run(for: .minutes(2))
        for number in stride(from: 4, to: 60, by: 3) { network.kill(number) }
        let found = find(from: 5, in: &network)
        #expect(found == ["host"])
        network.run(for: .minutes(20))
        let later = find(from: 5, in: &network, id: 2)
        #expect(later == ["host"])
    }

    @Test func refusedOnesAreGivenUp() throws {
        var network = try network(size: 30, seed: 17)
        advertise("! not true", by: 3, in: &network)
        network.run(for: .minutes(2))
        #expect(network.nodes[3].registeredAdvertisements == 0)
        let found = find(from: 9, in: &network)
        #expect(found.isEmpty)
        #expect(network.drops.allSatisfy { $0 == .badAdvertisement } && !network.drops.isEmpty)
    }

    @Test func aHostTellsItsOwn() throws {
        var network = try KademliaNetwork(size: 2, seed: 21, usesDatagrams: true)
        print("seed 21")
        network.join(1, through: 0)
        network.run(for: .seconds(5))
        advertise("host", by: 0, in: &network)
        let found = find(from: 1, in: &network)
        #expect(found == ["host"], "before anybody else keeps it")
    }

    @Test func tooManySearchesAreRefused() throws {
        var network = try network(size: 10, seed: 18)
        network.act(3) { node, now, actions in
            for number in 0..<17 {
                node.search(Topic.model("m").key, id: SearchID(UInt64(number)), at: now, into: &actions)
            }
        }
        #expect(network.searchResults[SearchID(16)]?.end == .busy)
        network.run(for: .seconds(20))
        #expect(network.searchResults.count == 17)
    }

    @Test func idleHostsSayLittle() throws {
        var network = try network(size: 30, seed: 19)
        for number in 0..<30 { advertise(String(repeating: "a", count: 500), by: number, in: &network) }
        network.run(for: .minutes(20))
        let bytes = network.bytesSent
        network.run(for: .hours(1))
        let rate = Double(network.bytesSent - bytes) / 3_600 / 30
        print("30 hosts of one service: \(rate) bytes/s and node")
        #expect(rate < 150)
    }

    @Test func theContactOfAnyNodeIsFound() throws {
        var network = try network(size: 80, seed: 20)
        let wanted = network.nodes[71].own.peer
        network.act(5) { $0.findContact(of: wanted, at: $1, into: &$2) }
        network.run(for: .seconds(10))
        #expect(network.contactsFound == [wanted])
        network.kill(71)
        network.run(for: .hours(3))
        network.act(5) { $0.findContact(of: wanted, at: $1, into: &$2) }
        network.run(for: .seconds(20))
        #expect(network.contactsMissing == [wanted])
        #expect(!network.nodes[5].isFindingContact(of: wanted))
    }
}

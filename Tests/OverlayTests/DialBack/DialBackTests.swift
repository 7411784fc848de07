import Testing

@testable import Overlay

/// Nodes that want to know whether others reach them, in virtual time.
struct DialBackTests {
    /// Nodes of one local network that know each other; the first one listens.
    private func mesh(_ size: Int, seed: UInt64, change: (inout KademliaNetwork) -> Void = { _ in }) throws
        -> KademliaNetwork
    {
        print("seed \(seed)")
        var network = try KademliaNetwork(size: size, seed: seed, usesDatagrams: true)
        change(&network)
        for number in network.nodes.indices.dropFirst() { network.join(number, through: 0) }
        network.run(for: .seconds(20))
        network.listen(0)
        return network
    }

    @Test func whoIsReachedByFourKnowsIt() throws {
        var network = try mesh(12, seed: 401)
        network.run(for: .seconds(10))
        #expect(network.reaches[0] == .reached)
        #expect(network.nodes[0].dialBacks.witnessCounts == (4, 0))
        #expect(network.dialBacksSent == 4)
        // Nobody else has asked, and all see it where it is.
        #expect(network.reaches.count == 1)
        #expect(network.nodes[0].dialBacks.seen?.port == 4_000)
    }

    /// In small meshes all the others are enough.
    @Test(arguments: 2...5) func fewAreEnoughWhereThereAreFew(size: Int) throws {
        var network = try mesh(size, seed: 410 + UInt64(size))
        network.run(for: .seconds(10))
        #expect(network.reaches[0] == .reached)
        var closed = try mesh(size, seed: 420 + UInt64(size)) { $0.shut = [0] }
        closed.run(for: .seconds(60))
        #expect(closed.reaches[0] == .unreached)
    }

    @Test func aNodeThatIsAloneKnowsNothing() throws {
        var network = try KademliaNetwork(size: 1, seed: 402, usesDatagrams: true)
        network.listen(0)
        network.run(for: .minutes(10))
        #expect(network.reaches.isEmpty && network.datagramsSent == 0)
    }

    @Test func whoHearsAnswersOnlyIsNotReached() throws {
        var network = try mesh(12, seed: 403) { $0.shut = [0] }
        network.run(for: .seconds(45))
        #expect(network.reaches[0] == .unreached)
        #expect(network.nodes[0].dialBacks.witnessCounts == (0, 4))
        // Three for each of them.
        #expect(network.dialBacksSent == 12 && network.nodes[0].dialBacks.missed == 12)
    }

    /// Who knows asks once in ten minutes, give or take a quarter.
    @Test func whoKnowsAsksSeldom() throws {
        for shut in [Set<Int>(), [0]] {
            var network = try mesh(12, seed: 404) { $0.shut = shut }
            network.run(for: .minutes(2))
            let before = network.dialBacksSent
            network.run(for: .hours(2))
            #expect((9...16).contains(network.dialBacksSent - before))
        }
    }

    /// A firewall that closes or opens is noticed at the next look, and what is known does not waver in between.
    @Test func changesAreNoticed() throws {
        var network = try mesh(12, seed: 405)
        network.run(for: .minutes(1))
        #expect(network.reaches[0] == .reached)
        network.shut = [0]
        network.run(for: .minutes(15))
        #expect(network.reaches[0] == .unreached)
        network.shut = []
        network.run(for: .minutes(14))
        #expect(network.reaches[0] == .reached)
    }

    @Test func lostPacketsAreNoFirewall() throws {
        for seed in UInt64(430)...434 {
            var network = try mesh(12, seed: seed) { $0.loss = 15 }
            for _ in 0..<24 {
                network.run(for: .minutes(5))
                #expect(network.reaches[0] == .reached)
            }
        }
    }

    /// Peers that say they have sent what they have not, however many: three honest ones are enough against being a client.
    @Test(arguments: [(liars: 3, honest: 4), (3, 3), (8, 4), (8, 3)])
    func liarsDoNotMakeAClient(_ count: (liars: Int, honest: Int)) throws {
        for seed in UInt64(440)...444 {
            var network = try mesh(1 + count.liars + count.honest, seed: seed) {
                $0.liars = Set(1...count.liars)
            }
            // All have been asked by then.
            network.run(for: .hours(3))
            for _ in 0..<12 {
                network.run(for: .minutes(5))
                #expect(network.nodes[0].dialBacks.reach != .unreached)
            }
        }
    }

    /// Peers that do not know dial-backs say nothing about the node, and do not lose their places.
    @Test func whoDoesNotAnswerIsNoWitness() throws {
        var network = try mesh(8, seed: 406)
        network.strangersToDialBacks = Set(1...7)
        let table = network.nodes[0].table.count
        network.run(for: .minutes(5))
        #expect(network.reaches.isEmpty && network.dialBacksSent == 0)
        #expect(network.nodes[0].table.count == table && network.blocked.isEmpty)
    }

    /// Where a node listens no more, nobody has to reach it.
    @Test func anotherAddressIsJudgedAnew() throws {
        var network = try mesh(12, seed: 407)
        network.run(for: .seconds(10))
        network.act(0) { $0.listen(at: [], at: $1, into: &$2) }
        #expect(network.reaches[0] == .unknown)
        let before = network.dialBacksSent
        network.run(for: .minutes(30))
        #expect(network.dialBacksSent == before)
        // Others see it elsewhere than where it says it is.
        let elsewhere = UDPEndpoint(ip: .v4(0x0a00_0001), port: 4_000)
        network.act(0) { $0.listen(at: [elsewhere], at: $1, into: &$2) }
        network.run(for: .seconds(10))
        #expect(network.reaches[0] == .unreached)
        #expect(network.nodes[0].dialBacks.seen?.ip == .v4(0x7f00_0001))
    }

    /// A node that others have dialed is told to keep its links' addresses only.
    @Test func linksThatCameInCount() throws {
        var network = try mesh(12, seed: 408) { $0.shut = [0] }
        network.run(for: .seconds(45))
        #expect(network.reaches[0] == .unreached)
        for number in 1...4 {
            let peer = network.nodes[number].own.peer
            network.act(0) { $0.dialed(by: peer, from: .v4(0x7f00_0001), at: $1, into: &$2) }
            #expect(network.reaches[0] == (number == 4 ? .linksOnly : .unreached))
        }
        network.run(for: .hours(2))
        #expect(network.reaches[0] == .unreached)
    }
}

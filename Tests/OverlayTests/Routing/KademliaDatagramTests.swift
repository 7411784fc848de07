import Testing

@testable import Overlay

/// A network whose nodes ask by datagram.
@Suite struct KademliaDatagramTests {
    private func network(size: Int, seed: UInt64, loss: Int = 0) throws -> KademliaNetwork {
        print("seed \(seed)")
        var network = try KademliaNetwork(size: size, seed: seed, usesDatagrams: true)
        network.loss = loss
        for number in 1..<size {
            network.join(number, through: 0)
            network.run(for: .milliseconds(200))
        }
        network.run(for: .minutes(1))
        return network
    }

    @Test(arguments: 1...3) func manyFindEachOtherWithoutLinks(seed: UInt64) throws {
        var network = try network(size: 80, seed: seed)
        #expect(network.dials == 79, "one link each, to the node that they begin with")
        let exact = network.exactLookups(rounds: 15)
        #expect(exact == 15)
        #expect(network.dials == 79)
        #expect(network.drops.isEmpty)
        #expect(network.blocked.isEmpty)
    }

    @Test(arguments: 1...3) func lossCostsTimeOnly(seed: UInt64) throws {
        var network = try network(size: 60, seed: seed, loss: 2)
        let exact = network.exactLookups(rounds: 20)
        #expect(exact >= 18)
        #expect(network.drops.allSatisfy { $0 == .unsolicited }, "answers to both tries")
        #expect(network.blocked.isEmpty)
    }

    /// Where much is lost, questions are asked more often.
    @Test func muchLossIsNoticed() throws {
        var network = try network(size: 40, seed: 8, loss: 15)
        #expect(network.nodes.count { (3...6).contains($0.datagrams.tries($0.settings)) } > 30)
        let found = network.exactLookups(rounds: 20)
        #expect(found >= 14)
        network.loss = 0
        _ = network.exactLookups(rounds: 200)
        network.run(for: .hours(5))
        #expect(network.nodes.count { $0.datagrams.tries($0.settings) == 2 } > 30, "and that it has ended")
        #expect(network.blocked.isEmpty)
    }

    @Test func theDeadAreFoundOut() throws {
        var network = try network(size: 50, seed: 5)
        for number in 0..<10 { network.kill(number) }
        let exact = network.exactLookups(rounds: 15)
        #expect(exact == 15)
        network.run(for: .hours(3))
        let dead = Set((0..<10).map { network.nodes[$0].own.peer })
        for number in 10..<50 {
            let node = network.nodes[number]
            #expect(!node.table.entries.contains { dead.contains(node.peers[$0.peer].peer) })
        }
    }

    @Test func aNodeWhoseDatagramsAreDroppedTakesPartOverLinks() throws {
        var network = try KademliaNetwork(size: 30, seed: 6, usesDatagrams: true)
        print("seed 6")
        network.firewalled = [29]
        for number in 1..<30 {
            network.join(number, through: 0)
            network.run(for: .milliseconds(200))
        }
        network.run(for: .minutes(2))
        #expect(network.blocked == [29])
        #expect(network.nodes[29].datagrams.blockedUntil > network.moment.instant)
        let known = Set(network.nodes[29].table.entries.map { network.nodes[29].peers[$0.peer].peer })
        #expect(known.count == 29)
        network.results = [:]
        network.lookup(network.nodes[17].own.key, from: 29, id: 1)
        network.run(for: .seconds(30))
        #expect(network.results[LookupID(1)]?.closest.first?.peer == network.nodes[17].own.peer)

        // Once they pass again, that is found out.
        network.firewalled = []
        network.run(for: .minutes(3))
        network.unlink(29)
        network.run(for: .minutes(30))
        #expect(network.blocked.isEmpty)
    }

    /// Several questions to one dead peer at once are no sign of a firewall.
    @Test func aFewDeadPeersAreNoFirewall() throws {
        var network = try network(size: 40, seed: 9)
        let found = network.exactLookups(rounds: 20)
        #expect(found == 20)
        for number in 30..<34 { network.kill(number) }
        _ = network.exactLookups(rounds: 20)
        #expect(network.blocked.isEmpty)
        let paths = network.nodes.filter { $0.datagrams.blockedUntil > .zero }
        #expect(paths.isEmpty)
    }

    /// Long tokens leave little room in first answers, or none; what they do not name is asked for on the session.
    @Test(arguments: [0, 7, 200]) func answersWithoutRoomAreCompleted(room: Int) throws {
        var network = try KademliaNetwork(size: 40, seed: 10, usesDatagrams: true)
        print("seed 10")
        network.firstRoom = room
        for number in 1..<40 {
            network.join(number, through: 0)
            network.run(for: .milliseconds(200))
        }
        network.run(for: .minutes(1))
        // Sessions are forgotten, so that everybody is met anew.
        network.run(for: .minutes(20))
        let exact = network.exactLookups(rounds: 15)
        #expect(exact == 15)
    }

    @Test func anIdleMeshSaysLittle() throws {
        var network = try network(size: 30, seed: 22)
        network.run(for: .minutes(10))
        let bytes = network.bytesSent
        network.run(for: .hours(1))
        let rate = Double(network.bytesSent - bytes) / 3_600 / 30
        print("idle: \(rate) bytes/s and node")
        #expect(rate < 150)
    }

    @Test func answersFitTheirDatagram() throws {
        var network = try network(size: 60, seed: 7)
        let target = network.nodes[40].own.key
        let asker = network.nodes[59].own.peer
        let endpoint = UDPEndpoint(ip: .v4(0x7f00_0001), port: 4_059)
        var (named, skip) = (0, 0)
        while skip < 20 {
            var actions: [KademliaAction] = []
            let source = DatagramSource(session: 1, endpoint: endpoint, isFirst: false)
            network.nodes[3].receive(
                .findNode(request: 9, target: target, count: 20 - skip, skip: skip), from: asker, source: source,
                room: DatagramLimits.message, at: network.moment, into: &actions)
            guard case .answer(let answer, to: source)? = actions.last,
                case .nodes(9, let records, let hasMore) = answer
            else { return #expect(Bool(false), "no answer but \(actions)") }
            #expect(answer.encode().readableBytes <= DatagramLimits.message)
            #expect(!records.isEmpty)
            named += records.count
            skip += records.count
            #expect(hasMore == (named < 20))
        }
        #expect(named == 20)
    }
}

import Overlay
import Testing

@testable import Inference

/// Searches in datagrams, from the core of one node to that of another, sealed as on the wire.
struct DatagramSearchTests {
    private static func network(seed: UInt64) throws -> Network {
        print("seed \(seed)")
        var options = Network.Options(seed: seed)
        options.usesDatagrams = true
        options.settings.membership.wanted = 1
        return try Network(options)
    }

    /// Three in a row, each linked with the next; the first knows the middle one only.
    private func row(_ network: Network, last kind: TokenKind = .good) throws -> [Int] {
        let nodes = try [TokenKind.good, .good, kind].map { try network.add(token: $0, listens: true) }
        #expect(network.link(nodes[0], nodes[1]))
        #expect(network.run(atMost: .seconds(5)) { !network.nodes[nodes[0]].peer.kademlia.table.isEmpty })
        return nodes
    }

    private func search(_ target: Int, from node: Int, id: UInt64, in network: Network) -> LookupResult? {
        let key = NodeKey(network.nodes[target].id)
        network.enter(node) { $0.lookup(key, id: LookupID(id), at: $1, into: &$2) }
        _ = network.run(atMost: .seconds(10)) { network.nodes[node].lookups[LookupID(id)] != nil }
        return network.nodes[node].lookups[LookupID(id)]
    }

    @Test func aNodeFindsWhomItHasNeverMetWithoutALink() throws {
        let network = try Self.network(seed: 41)
        let nodes = try row(network)
        #expect(network.link(nodes[1], nodes[2]))
        #expect(network.run(atMost: .seconds(5)) { network.nodes[nodes[1]].peer.kademlia.table.count == 2 })
        let dials = network.nodes[nodes[0]].peer.counters.dials
        #expect(search(nodes[2], from: nodes[0], id: 7, in: network)?.closest.first?.peer == network.nodes[nodes[2]].id)
        #expect(network.nodes[nodes[0]].peer.counters.dials == dials)
        #expect(!network.nodes[nodes[0]].datagrams.isEmpty)
    }

    /// What a node that does not belong to the mesh is told: nothing.
    @Test(arguments: [TokenKind.expired, .foreignRoot, .boundToAnother, .tampered])
    func aStrangerGetsNoAnswer(kind: TokenKind) throws {
        let network = try Self.network(seed: 42)
        let stranger = try network.add(token: kind, listens: true)
        let member = try network.add(listens: true)
        let record = network.nodes[member].peer.kademlia.own.bytes
        network.enter(stranger) { $0.learn([record], at: $1, into: &$2) }
        network.run(for: .seconds(5))
        #expect(!network.nodes[stranger].datagrams.isEmpty)
        #expect(network.nodes[member].datagrams.isEmpty)
        #expect(network.nodes[member].dropped(.tokenRefused) > 0)
        #expect(network.nodes[stranger].peer.kademlia.table.isEmpty)
    }

    /// Nor does an answer of somebody who does not belong to the mesh count.
    @Test func anAnswerNeedsATokenToo() throws {
        let network = try Self.network(seed: 43)
        let member = try network.add(listens: true)
        let stranger = try network.add(token: .expired, listens: true) { configuration in
            configuration.settings.kademlia.tries = 1
        }
        let record = network.nodes[stranger].peer.kademlia.own.bytes
        network.enter(member) { $0.learn([record], at: $1, into: &$2) }
        network.run(for: .seconds(5))
        #expect(network.nodes[stranger].datagrams.contains { $0.first == 2 }, "it answers")
        #expect(network.nodes[member].dropped(.tokenRefused) > 0)
        #expect(network.nodes[member].peer.kademlia.table.isEmpty)
    }

    @Test func aNodeThatStartsAnewIsFoundAgain() throws {
        let network = try Self.network(seed: 44)
        let nodes = try row(network)
        #expect(network.link(nodes[1], nodes[2]))
        #expect(network.run(atMost: .seconds(5)) { network.nodes[nodes[1]].peer.kademlia.table.count == 2 })
        #expect(search(nodes[2], from: nodes[0], id: 1, in: network)?.closest.count == 2)
        network.kill(nodes[2])
        try network.restart(nodes[2])
        network.run(for: .seconds(1))
        let again = search(nodes[2], from: nodes[0], id: 2, in: network)
        #expect(again?.closest.first?.peer == network.nodes[nodes[2]].id)
    }

    /// So long that first packet and answer have no room beside it for a contact, or for records.
    @Test func aLongTokenIsShownAllTheSame() throws {
        let network = try Self.network(seed: 46)
        let services = (0..<30).map { "inference:service-\($0)" }
        let nodes = try (0..<3).map { _ in try network.add(token: .granting(services), listens: true) }
        let length = network.nodes[nodes[0]].token.count
        #expect((700...990).contains(length), "\(length)")
        #expect(network.link(nodes[0], nodes[1]) && network.link(nodes[1], nodes[2]))
        #expect(network.run(atMost: .seconds(5)) { network.nodes[nodes[1]].peer.kademlia.table.count == 2 })
        let found = search(nodes[2], from: nodes[0], id: 1, in: network)
        #expect(found?.closest.first?.peer == network.nodes[nodes[2]].id)
        #expect(!network.nodes[nodes[0]].datagrams.isEmpty)
    }

    @Test func aTokenThatDoesNotFitMakesTheNodeUseLinks() throws {
        let network = try Self.network(seed: 45)
        let small = try network.add(listens: true)
        let large = try network.add(listens: true) { $0.token += [UInt8](repeating: 0, count: 2_000) }
        let record = network.nodes[small].peer.kademlia.own.bytes
        network.enter(large) { $0.learn([record], at: $1, into: &$2) }
        network.run(for: .seconds(5))
        #expect(network.nodes[large].datagrams.isEmpty)
        #expect(!network.nodes[large].dialed.isEmpty)
        let told = network.nodes[large].peer.kademlia.own.contact.addresses
        #expect(told.allSatisfy { UDPEndpoint($0) == nil }, "nobody asks it what it could not answer")
    }
}

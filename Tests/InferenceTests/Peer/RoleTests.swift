import Gossip
import Overlay
import Testing

@testable import Inference

/// Servers and clients: what nodes find out about themselves by dial-backs, and what the others make of it.
struct RoleTests {
    /// Nodes in the open, and one behind a firewall that dialed the first of them.
    private struct World {
        let network: Network
        let open: [Int]
        let walled: Int

        init(
            open count: Int, seed: UInt64, takesDials: Bool = false,
            adjust: (inout PeerConfiguration) -> Void = { _ in }
        ) throws {
            print("seed \(seed)")
            var options = Network.Options(seed: seed)
            options.usesDatagrams = true
            // A quick look at changes, so that the tests need not last.
            options.settings.kademlia.dialBack.slowPause = .seconds(30)
            network = try Network(options)
            open = try (0..<count).map { [network] _ in try network.add(listens: true) }
            walled = try network.add(listens: true, adjust: adjust)
            network.nodes[walled].hasFirewall = true
            network.nodes[walled].takesDials = takesDials
            for node in open.dropFirst() { #expect(network.link(open[0], node)) }
            #expect(network.link(walled, open[0]))
        }

        var peer: Peer { network.nodes[walled].peer }
        var reach: Reach { peer.kademlia.dialBacks.reach }

        /// The nodes in whose routing tables the one behind the firewall is.
        var holders: [Int] { open.filter { contains(walled, $0) } }

        func contains(_ node: Int, _ holder: Int) -> Bool {
            let kademlia = network.nodes[holder].peer.kademlia
            return kademlia.table.entries.contains { kademlia.peers[$0.peer].peer == network.nodes[node].id }
        }
    }

    @Test func whoHearsAnswersOnlyBecomesAClient() throws {
        let world = try World(open: 6, seed: 61)
        world.network.publish([try Network.offer()], at: 3)
        #expect(world.network.run(atMost: .minutes(1)) { world.reach == .unreached })
        world.network.run(for: .seconds(5))
        #expect(!world.peer.isServer && world.holders.isEmpty)
        // What it says of itself is what all know who know it.
        for node in world.open {
            guard let contact = world.network.nodes[node].peer.kademlia.contact(of: world.peer.id)?.contact else {
                continue
            }
            #expect(contact.roles == [] && contact.addresses.allSatisfy { UDPEndpoint($0) == nil })
        }
        // The others have found out that they are servers, and stay in each other's tables.
        for node in world.open {
            let peer = world.network.nodes[node].peer
            #expect(peer.isServer && peer.kademlia.dialBacks.reach == .reached)
            #expect(world.open.allSatisfy { $0 == node || world.contains($0, node) })
        }
        // It finds what there is.
        let target = NodeKey(world.network.nodes[5].id)
        world.network.enter(world.walled) { $0.lookup(target, id: LookupID(7), at: $1, into: &$2) }
        #expect(
            world.network.run(atMost: .seconds(20)) { world.network.nodes[world.walled].lookups[LookupID(7)] != nil })
        let found = try #require(world.network.nodes[world.walled].lookups[LookupID(7)])
        #expect(Set(found.closest.map(\.peer)) == Set(world.open.map { world.network.nodes[$0].id }))
        world.network.run(for: .minutes(2))
        #expect(world.reach == .unreached && world.holders.isEmpty)
        #expect(world.peer.kademlia.keptAdvertisements == 0)
    }

    @Test func whoseFirewallOpensIsAServerAgain() throws {
        let world = try World(open: 6, seed: 62)
        #expect(world.network.run(atMost: .minutes(1)) { world.reach == .unreached })
        world.network.nodes[world.walled].hasFirewall = false
        #expect(world.network.run(atMost: .minutes(2)) { world.reach == .reached })
        #expect(world.peer.isServer)
        world.network.run(for: .minutes(1))
        // In time; whoever hears of it takes it.
        #expect(!world.holders.isEmpty)
    }

    /// Datagrams are kept out and connections are not: a server that is asked over links.
    @Test func linksMakeAServerToo() throws {
        let world = try World(open: 6, seed: 63, takesDials: true)
        for node in world.open.dropFirst() where !world.network.areLinked(node, world.walled) {
            #expect(world.network.link(node, world.walled))
        }
        #expect(world.network.run(atMost: .minutes(1)) { world.reach == .linksOnly })
        world.network.run(for: .seconds(5))
        let contact = world.peer.kademlia.own.contact
        #expect(world.peer.isServer && contact.addresses.count == 1 && contact.addresses[0].tcpPort != nil)
        #expect(!world.holders.isEmpty)
    }

    /// What the owner says holds, whatever the others find.
    @Test(arguments: Peer.RoleChoice.allCases) func theOwnerDecides(choice: Peer.RoleChoice) throws {
        let world = try World(open: 6, seed: 64) { $0.role = choice }
        if choice == .client {
            #expect(!world.peer.isServer)
            world.network.nodes[world.walled].hasFirewall = false
        }
        let expected = choice == .client ? Reach.reached : .unreached
        #expect(world.network.run(atMost: .minutes(1)) { world.reach == expected })
        world.network.run(for: .seconds(5))
        #expect(world.peer.isServer == (choice == .server))
        if choice == .client { #expect(world.holders.isEmpty) }
        if choice == .server { #expect(world.peer.kademlia.own.contact.addresses.count == 2) }
    }

    /// Whoever still asks a client hears that it is one, and names nobody.
    @Test func aClientSaysThatItIsOne() throws {
        let world = try World(open: 6, seed: 65) { $0.role = .client }
        world.network.run(for: .seconds(30))
        let asker = world.network.nodes[world.open[2]].id
        let topic = NodeKey(asker)
        let source = DatagramSource(session: 1, endpoint: Network.endpoint(of: world.open[2]), isFirst: false)
        let token = world.network.nodes[world.open[2]].token
        var peer = world.peer
        func answers(_ message: KademliaMessage, isFirst: Bool = false) -> [KademliaMessage] {
            var outbox = PeerOutbox()
            peer.receive(
                message, introduction: Introduction(token: token, contact: []), from: asker,
                source: DatagramSource(session: 1, endpoint: source.endpoint, isFirst: isFirst),
                at: world.network.moment, into: &outbox)
            return outbox.actions.compactMap { if case .answer(let answer, _, _) = $0 { answer } else { nil } }
        }
        let question = KademliaMessage.findNode(request: 3, target: topic, count: 20)
        let nobody = KademliaMessage.nodes(request: 3, records: [])
        let contact = KademliaMessage.contact(record: world.peer.kademlia.own.bytes)
        #expect(answers(question) == [contact, nobody])
        // The answer to a first packet brings the contact as an introduction.
        #expect(answers(question, isFirst: true) == [nobody])
        #expect(answers(.askTicket(request: 4, topic: topic)) == [.registration(request: 4, .refused)])
    }
}

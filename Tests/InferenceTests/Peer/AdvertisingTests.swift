import Gossip
import Overlay
import Testing

@testable import Inference

/// Services in the DHT, from the entry of a host to the search of a node that has no catalog.
struct AdvertisingTests {
    private static let model = Topic.model("demo-model")

    /// Nodes that know each other.
    private func mesh(_ count: Int, seed: UInt64) throws -> Network {
        print("seed \(seed)")
        var options = Network.Options(seed: seed)
        options.usesDatagrams = true
        let network = try Network(options)
        let nodes = try (0..<count).map { _ in try network.add(listens: true) }
        for node in nodes.dropFirst() { #expect(network.link(nodes[0], node)) }
        network.run(for: .seconds(30))
        return network
    }

    /// The hosts that a search finds.
    private func find(_ topic: Topic, from node: Int, wanted: Int = 10, id: UInt64 = 1, in network: Network) -> [PeerID]
    {
        let id = SearchID(id)
        network.enter(node) { $0.find(topic, wanted: wanted, id: id, at: $1, into: &$2) }
        #expect(network.run(atMost: .seconds(20)) { network.nodes[node].searches[id] != nil })
        return (network.nodes[node].answers[id] ?? []).flatMap(\.entries).map(\.peer)
    }

    private func refused(by node: Int, id: UInt64 = 1, in network: Network) -> Int {
        (network.nodes[node].answers[SearchID(id)] ?? []).reduce(0) { $0 + $1.refused }
    }

    @Test func aServiceIsFoundByItsNameAndByItsModel() throws {
        let network = try mesh(8, seed: 81)
        network.publish([try Network.offer()], at: 3)
        network.run(for: .seconds(60))
        let host = network.nodes[3].id
        let offer = try Network.offer()
        #expect(find(.service(offer.name.description), from: 6, in: network) == [host])
        #expect(find(.model(try #require(offer.models.first)), from: 6, id: 2, in: network) == [host])
        #expect(find(.model("another"), from: 6, id: 3, in: network).isEmpty)
        #expect(network.nodes[6].searches[SearchID(3)]?.end == .complete)
    }

    @Test func whatACatalogHasNoRoomForIsFoundAndStaysListed() throws {
        print("seed 89")
        var options = Network.Options(seed: 89)
        options.usesDatagrams = true
        let network = try Network(options)
        let small = try network.add(listens: true) { $0.settings.gossip.hold(3) }
        let hosts = try (0..<9).map { _ in try network.add(listens: true) }
        for host in hosts { #expect(network.link(small, host)) }
        network.run(for: .seconds(30))
        for host in hosts {
            network.publish([try Network.offer("mcp:tool-\(host)", models: ["model-\(host)"])], at: host)
        }
        network.run(for: .minutes(3))
        let catalog = network.nodes[small].peer.mesh.catalog
        #expect(catalog.isPartial && catalog.liveCount <= 3)
        let missing = try #require(hosts.first { network.hosts(of: "model-\($0)", at: small).isEmpty })
        let host = network.nodes[missing].id
        #expect(find(.model("model-\(missing)"), from: small, in: network) == [host])
        let found = (network.nodes[small].answers[SearchID(1)] ?? []).flatMap(\.entries)
        network.enter(small) { $0.list(found: found, at: $1, into: &$2) }
        #expect(network.hosts(of: "model-\(missing)", at: small) == [host])
        // It stays when it is renewed, and while others come.
        for other in hosts where other != missing {
            network.publish([try Network.offer("mcp:tool-\(other)", models: ["later"])], at: other)
        }
        network.run(for: .minutes(45))
        #expect(network.hosts(of: "model-\(missing)", at: small) == [host])
        #expect(network.nodes[small].peer.mesh.catalog.liveCount <= 3)
    }

    @Test func enoughIsEnough() throws {
        let network = try mesh(8, seed: 82)
        for node in 1...4 { network.publish([try Network.offer()], at: node) }
        network.run(for: .minutes(3))
        let topic = Topic.service(try Network.offer().name.description)
        #expect(find(topic, from: 7, wanted: 2, in: network).count >= 2)
        #expect(network.nodes[7].searches[SearchID(1)]?.end == .found)
        #expect(Set(find(topic, from: 7, id: 2, in: network)) == Set((1...4).map { network.nodes[$0].id }))
    }

    @Test func whatIsWithdrawnIsNotFound() throws {
        let network = try mesh(8, seed: 83)
        network.publish([try Network.offer()], at: 3)
        network.run(for: .seconds(60))
        network.publish([], at: 3)
        network.run(for: .seconds(5))
        #expect(find(.service(try Network.offer().name.description), from: 6, in: network).isEmpty)
        #expect(network.nodes.allSatisfy { $0.peer.kademlia.keptAdvertisements == 0 })
    }

    /// A registrar judges for itself, and the searching node does not rely on that.
    @Test func onlyTheHostsOwnWordUnderItsOwnTopicsIsKept() throws {
        let network = try mesh(6, seed: 84)
        network.publish([try Network.offer()], at: 3)
        network.run(for: .seconds(60))
        let entry = try #require(network.nodes[3].peer.mesh.catalog[network.nodes[3].id])
        var forged = entry.bytes
        forged[forged.count - 1] ^= 1
        let topic = Topic.service(try Network.offer().name.description).key
        let other = Topic.model("another").key
        // From the host itself, but altered or under another topic; from somebody else.
        for (node, bytes, topic) in [(3, forged, topic), (3, entry.bytes, other), (4, entry.bytes, topic)] {
            let kept = network.nodes[5].peer.kademlia.keptAdvertisements
            let dropped = network.nodes[5].dropped(.kademlia)
            let sender = network.nodes[node].id
            network.enter(5) { peer, now, outbox in
                peer.receive(
                    .register(request: 1, topic: topic, ticket: .none, advertisement: bytes), introduction: nil,
                    from: sender, source: DatagramSource(session: 1, endpoint: Self.anywhere, isFirst: false), at: now,
                    into: &outbox)
            }
            #expect(network.nodes[5].peer.kademlia.keptAdvertisements == kept)
            #expect(network.nodes[5].dropped(.kademlia) == dropped + 1)
        }
    }

    private static let anywhere = UDPEndpoint(ip: .v4(0x0a00_0001), port: 9)

    @Test func anEntryThatIsTooLongIsSaidToBe() throws {
        let network = try mesh(3, seed: 85)
        let models = (0..<250).map { "model-\($0)-" + String(repeating: "m", count: 40) }
        let name = try #require(ServiceName("inference:many"))
        network.publish([try ServiceOffer(name: name, models: models)], at: 1)
        network.run(for: .seconds(5))
        #expect(network.nodes[1].notices.contains { $0.text.contains("not in the DHT") })
        #expect(network.nodes[1].peer.kademlia.registeredAdvertisements == 0)
    }

    /// The caller has the entry and a link to somebody else only: it searches the host's contact, and dials it.
    @Test func aHostThatWasNeverMetIsDialed() throws {
        var options = Network.Options(seed: 86)
        print("seed 86")
        options.usesDatagrams = true
        options.settings.membership.wanted = 1
        let network = try Network(options)
        let caller = try network.add(listens: true)
        let middle = try network.add(listens: true)
        let host = try network.add(listens: true)
        #expect(network.link(middle, host) && network.link(caller, middle))
        network.publish([try Network.offer()], at: host)
        let peer = network.nodes[host].id
        #expect(network.run(atMost: .seconds(10)) { network.nodes[caller].peer.mesh.catalog[peer] != nil })
        // The node in the middle relays nothing.
        if let wire = network.wire(between: middle, and: host) { network.silence(wire: wire) }
        let agent = try #require(network.ask(host, from: caller))
        #expect(agent.isComplete, "\(String(describing: agent.failure))")
        #expect(agent.route?.hops == [peer])
    }
}

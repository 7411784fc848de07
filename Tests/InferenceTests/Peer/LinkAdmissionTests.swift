import Gossip
import Overlay
import Testing

@testable import Inference

struct LinkAdmissionTests {
    @Test(arguments: Cutting.allCases)
    func goodTokensMakeAUsableLink(cutting: Cutting) throws {
        let network = try Network(Network.Options(seed: 11, cutting: cutting))
        let (a, b) = (try network.add(), try network.add())
        #expect(network.link(a, b))
        #expect(network.nodes[a].peer.linkCount == 1 && network.nodes[b].peer.linkCount == 1)
        let summary = try #require(network.nodes[b].peer.linkSummaries(at: network.now).first)
        #expect(summary.isAdmitted && summary.peer == network.nodes[a].id && summary.direction == .inbound)
        #expect(summary.user == "user-\(network.nodes[a].id.text.suffix(4))")
    }

    @Test(
        "a bad token is refused, and both sides learn why",
        arguments: [
            (TokenKind.expired, "the token expired at"),
            (.foreignRoot, "no trusted root key signed the token"),
            (.boundToAnother, "the token belongs to another peer"),
            (.tampered, "was changed"),
        ], Cutting.allCases)
    func badTokensAreRefused(bad: (kind: TokenKind, words: String), cutting: Cutting) throws {
        let network = try Network(Network.Options(seed: 12, cutting: cutting))
        let (good, bad, words) = (try network.add(), try network.add(token: bad.kind), bad.words)
        network.connect(bad, to: good)
        network.run(for: .seconds(3))
        #expect(network.nodes[good].peer.linkCount == 0 && network.nodes[bad].peer.linkCount == 0)
        #expect(network.nodes[good].channels.isEmpty && network.nodes[bad].channels.isEmpty)
        #expect(network.nodes[good].dropped(.tokenRefused) == 1)
        #expect(network.nodes[good].hasNotice("refused \(network.nodes[bad].id)"))
        #expect(network.nodes[good].hasNotice(words))
        #expect(network.nodes[bad].hasNotice("refuses this node: "))
        #expect(network.nodes[bad].notices.contains { $0.level == .warning && $0.text.contains(words) })
    }

    @Test func refusalReachesTheOtherSideWhoeverDialed() throws {
        let network = try Network()
        let (good, bad) = (try network.add(), try network.add(token: .expired))
        network.connect(good, to: bad)
        network.run(for: .seconds(3))
        #expect(network.nodes[good].channels.isEmpty)
        #expect(network.nodes[bad].hasNotice("the token expired at"))
    }

    @Test func aNodeOfAnotherMeshIsRefusedByName() throws {
        let network = try Network()
        let other = try MeshAuthority(seed: 5)
        let here = try network.add()
        let foreign = try network.add { configuration in
            configuration.meshID = other.meshID
        }
        network.connect(foreign, to: here)
        network.run(for: .seconds(3))
        #expect(network.nodes[here].channels.isEmpty && network.nodes[foreign].channels.isEmpty)
        #expect(network.nodes[here].dropped(.foreignMesh) + network.nodes[foreign].dropped(.foreignMesh) > 0)
        #expect(network.nodes[foreign].hasNotice("another mesh") || network.nodes[here].hasNotice("another mesh"))
    }

    @Test func aStrangerHasTenSecondsToShowAToken() throws {
        let network = try Network()
        let node = try network.add()
        let stranger = try network.add { $0.settings.admissionGrace = .minutes(1) }
        network.nodes[stranger].isMute = true
        network.connect(stranger, to: node)
        network.run(for: .milliseconds(9_900))
        #expect(network.nodes[node].channels.count == 1)
        network.run(for: .milliseconds(300))
        #expect(network.nodes[node].channels.isEmpty)
        #expect(network.nodes[node].dropped(.graceExpired) == 1)
        #expect(network.nodes[stranger].hasNotice("no token was shown within 10 seconds"))
    }

    @Test func messagesBeforeAdmissionAreDroppedAndCounted() throws {
        let network = try Network()
        let (node, stranger) = (try network.add(), try network.add())
        network.nodes[stranger].isMute = true
        network.connect(stranger, to: node)
        network.run(for: .seconds(1))
        let link = try #require(network.link(of: stranger, with: node))
        let entry = try entryOfStranger(network, stranger)
        let messages: [LinkMessage] = [
            .gossip(.push([entry])), .unlinked(network.nodes[stranger].id), .gossip(.want(request: 1, [])),
        ]
        for message in messages {
            network.say(message, from: stranger, on: link)
        }
        let circuit = try #require(network.openRaw(from: stranger, to: node, [1, 0]))
        network.run(for: .seconds(1))
        #expect(network.nodes[node].dropped(.notAdmitted) == 4)
        #expect(network.nodes[node].peer.mesh.catalog.liveCount == 0)
        #expect(network.nodes[stranger].raw[circuit]?.isReset == true)
    }

    private func entryOfStranger(_ network: Network, _ stranger: Int) throws -> [UInt8] {
        network.publish([try Network.offer()], at: stranger)
        return try #require(network.nodes[stranger].peer.mesh.catalog[network.nodes[stranger].id]).bytes
    }

    @Test func aTokenThatExpiresClosesTheLink() throws {
        let network = try Network()
        let (node, brief) = (try network.add(), try network.add(token: .lasting(.minutes(10))))
        #expect(network.link(brief, node))
        network.run(for: .minutes(9))
        #expect(network.areLinked(brief, node))
        network.run(for: .minutes(1) + .seconds(7))
        #expect(network.nodes[node].peer.linkCount == 0 && network.nodes[brief].peer.linkCount == 0)
        #expect(network.nodes[brief].hasNotice("the token has expired"))
    }

    @Test("whenever the second of two crossed dials begins, one usable link is left", arguments: Cutting.allCases)
    func crossedDials(cutting: Cutting) throws {
        for offset in 0..<40 {
            var options = Network.Options(seed: 100 + UInt64(offset), cutting: cutting)
            options.latency = .milliseconds(5)
            let network = try Network(options)
            let (a, b) = (try network.add(), try network.add())
            network.connect(a, to: b)
            network.run(for: .milliseconds(UInt64(offset)))
            network.connect(b, to: a)
            network.run(for: .seconds(2))
            #expect(network.areLinked(a, b), "offset \(offset) ms")
            #expect(network.nodes[a].channels.count == 1 && network.nodes[b].channels.count == 1)
            network.publish([try Network.offer()], at: b)
            #expect(network.ask(b, from: a)?.text == "hello", "offset \(offset) ms")
        }
    }

    @Test("a full node says so and names others", arguments: Cutting.allCases)
    func fullNodesGiveContacts(cutting: Cutting) throws {
        let network = try Network(Network.Options(seed: 14, cutting: cutting))
        let full = try network.add(listens: true) { $0.settings.mostLinks = 1 }
        let linked = try network.add(listens: true, bootstraps: [full])
        #expect(network.run(atMost: .seconds(10)) { network.areLinked(linked, full) })
        network.run(for: .seconds(5))
        let late = try network.add(bootstraps: [full])
        #expect(network.run(atMost: .seconds(10)) { network.areLinked(late, linked) })
        #expect(network.nodes[full].dropped(.tooManyLinks) > 0)
        #expect(network.nodes[late].closings.contains { $0.contains("all 1 links") })
    }

    @Test func strangersCompeteForTheirOwnPlacesOnly() throws {
        let network = try Network()
        let node = try network.add { $0.settings.mostStrangers = 2 }
        let friend = try network.add()
        #expect(network.link(friend, node))
        for _ in 0..<4 {
            let stranger = try network.add()
            network.nodes[stranger].isMute = true
            network.connect(stranger, to: node)
        }
        network.run(for: .seconds(1))
        #expect(network.nodes[node].peer.links.strangers == 2)
        #expect(network.nodes[node].dropped(.tooManyLinks) == 2)
        #expect(network.areLinked(friend, node))
    }

    @Test func goodbyeIsHeard() throws {
        let network = try Network()
        let (a, b) = (try network.add(), try network.add())
        #expect(network.link(a, b))
        network.enter(a) { peer, now, outbox in peer.leave(at: now, into: &outbox) }
        network.enter(a) { peer, _, outbox in peer.sayGoodbye(into: &outbox) }
        network.run(for: .seconds(1))
        #expect(network.nodes[a].channels.isEmpty && network.nodes[b].channels.isEmpty)
        #expect(network.nodes[b].closings == ["the other side closed: this node is going away"])
    }

    @Test("a refused node asks its bootstrap less and less often")
    func refusedNodesHoldBack() throws {
        let network = try Network()
        let seed = try network.add(listens: true)
        let refused = try network.add(token: .expired, bootstraps: [seed])
        network.run(for: .minutes(5))
        let dials = network.nodes[refused].dialed
        #expect(dials.count > 3 && dials.count < 25, "\(dials.count) dials in five minutes")
    }

    @Test func unansweredBootstrapsAreTriedAgainWithGrowingPausesAndWork() throws {
        let network = try Network()
        let seed = try network.add(listens: true)
        network.kill(seed)
        let node = try network.add(bootstraps: [seed])
        network.run(for: .minutes(5))
        #expect(network.nodes[node].hasNotice("bootstrap address did not work: connection refused"))
        #expect((5...20).contains(network.nodes[node].dialed.count), "\(network.nodes[node].dialed.count) dials")
        try network.restart(seed)
        #expect(network.run(atMost: .seconds(90)) { network.areLinked(node, seed) })
    }
}

import Gossip
import Overlay
import Testing

@testable import Inference

/// What callers hear of how busy hosts are, and what they make of it.
struct LoadTests {
    private let service: ServiceName

    init() throws {
        service = try #require(ServiceName(Network.service))
    }

    /// A caller that is linked to two hosts of one model, and another caller linked to the first.
    private struct Two {
        let network: Network
        let caller: Int
        let near: Int
        let far: Int
        let other: Int

        init(slots: Int?, callerToken: TokenKind = .good) throws {
            network = try Network(Network.Options(seed: 71))
            let service = try #require(ServiceName(Network.service))
            caller = try network.add(token: callerToken)
            near = try network.add(listens: true) { $0.slots[service] = slots }
            far = try network.add(listens: true) { $0.slots[service] = slots }
            other = try network.add()
            for host in [near, far] { network.publish([try Network.offer()], at: host) }
            let isLinked =
                network.link(caller, near) && network.link(caller, far) && network.link(other, near)
            #expect(isLinked)
            let (network, near, far) = (network, near, far)
            for node in [caller, other] {
                #expect(
                    network.run(atMost: .seconds(10)) { network.lists(near, at: node) && network.lists(far, at: node) })
            }
        }

        var host: Driven { network.nodes[near] }

        func candidate(_ host: Int) -> Candidate? {
            network.nodes[caller].peer.candidates(model: Network.model, at: network.now)
                .first { $0.host == network.nodes[host].id }
        }

        func load(of host: Int) -> KnownLoad? { candidate(host)?.load }

        func occupy() -> ServingID? {
            network.nodes[near].script = .manual
            let before = host.served
            network.call(near, from: other)
            let (network, near) = (network, near)
            #expect(network.run { network.nodes[near].served.count == before.count + 1 })
            return host.served.last
        }
    }

    @Test func theFullHostComesLastUntilItHasRoom() throws {
        let two = try Two(slots: 1)
        let network = two.network
        #expect(two.load(of: two.near) == nil && two.load(of: two.far) == nil)
        let running = try #require(two.occupy())
        let refused = network.ask(two.near, from: two.caller)
        #expect(refused?.failure == .overloaded(retryAfter: .seconds(1)))
        #expect(two.host.peer.counters.requestsBusy == 1 && two.host.served.count == 1)
        #expect(two.load(of: two.near)?.isFull == true)
        #expect(network.hosts(at: two.caller) == [network.nodes[two.far].id, two.host.id])
        // The host itself says so, too: it stays full after the time that the answer named.
        network.run(for: .seconds(10))
        #expect(two.load(of: two.near) == KnownLoad(running: 1, slots: 1))
        #expect(network.hosts(at: two.caller).last == two.host.id)
        network.answer(running, at: two.near, "done")
        #expect(network.run(atMost: .milliseconds(2_100)) { two.load(of: two.near)?.isIdle == true })
        // What is known to be idle is preferred to what is not known.
        #expect(two.load(of: two.far) == nil)
        #expect(network.hosts(at: two.caller).first == two.host.id)
    }

    @Test func withoutALimitNobodyIsFull() throws {
        let two = try Two(slots: nil)
        _ = try #require(two.occupy())
        two.network.call(two.near, from: two.caller)
        #expect(two.network.run { two.host.served.count == 2 })
        #expect(two.network.run(atMost: .seconds(1)) { two.load(of: two.near) != nil })
        // The other's request and the own one.
        #expect(two.load(of: two.near) == KnownLoad(running: 2, slots: nil))
        #expect(two.host.peer.counters.requestsBusy == 0)
    }

    @Test func whatWasHeardRunsOutAndTheSubscriptionEnds() throws {
        let two = try Two(slots: 2)
        let network = two.network
        #expect(network.ask(two.near, from: two.caller)?.isComplete == true)
        network.run(for: .seconds(1))
        #expect(two.load(of: two.near)?.isIdle == true)
        // Repeated without a change, so that it does not run out.
        for _ in 0..<9 {
            network.run(for: .seconds(30))
            #expect(two.load(of: two.near)?.isIdle == true)
        }
        network.run(for: .seconds(61))
        #expect(two.load(of: two.near) == nil)
        let told = two.host.peer.counters.loadsTold
        #expect(told >= 14 && told <= 16, "told \(told) times in five minutes")
        _ = try #require(two.occupy())
        network.run(for: .seconds(30))
        #expect(network.nodes[two.caller].peer.counters.loadsHeard == told)
    }

    @Test func changesAreToldEveryTwoSecondsAtMost() throws {
        let two = try Two(slots: nil)
        let network = two.network
        #expect(network.ask(two.near, from: two.caller)?.isComplete == true)
        network.run(for: .seconds(3))
        let before = network.nodes[two.caller].peer.counters.loadsHeard
        let end = network.now + .seconds(20)
        var requests = 0
        while network.now < end {
            let id = try #require(two.occupy())
            network.run(for: .milliseconds(170))
            network.answer(id, at: two.near, "done")
            network.run(for: .milliseconds(110))
            requests += 1
        }
        let heard = network.nodes[two.caller].peer.counters.loadsHeard - before
        #expect(requests > 50 && heard >= 5 && heard <= 11, "\(heard) words on \(requests) requests")
    }

    @Test func theOnlyCallerIsToldNothingOfItsOwnRequests() throws {
        let two = try Two(slots: 4)
        let network = two.network
        for _ in 0..<8 { #expect(network.ask(two.near, from: two.caller)?.isComplete == true) }
        network.run(for: .seconds(5))
        #expect(network.nodes[two.caller].peer.counters.loadsHeard == 1)
    }

    @Test func whoMayNotUseTheServiceIsToldNothing() throws {
        let two = try Two(slots: 1, callerToken: .granting(["inference:else"]))
        #expect(two.network.ask(two.near, from: two.caller)?.failure?.status == 403)
        two.network.run(for: .seconds(5))
        #expect(two.host.peer.counters.loadsTold == 0)
        #expect(two.load(of: two.near) == nil)
    }

    @Test func whoIsRevokedIsToldNothingFurther() throws {
        let two = try Two(slots: 1)
        let network = two.network
        #expect(network.ask(two.near, from: two.caller)?.isComplete == true)
        network.run(for: .seconds(1))
        let told = two.host.peer.counters.loadsTold
        #expect(told == 1)
        let root = network.authority.root
        let contents = Revocation.Contents(
            .peer(network.nodes[two.caller].id), mesh: network.authority.meshID,
            root: try #require(root.publicKey.meshKey), number: 1, floor: 1, issuedAt: MeshAuthority.start,
            end: MeshAuthority.start + .hours(24))
        let statement = contents.signed(try root.sign(contents.message)).bytes
        network.enter(two.near) { peer, now, outbox in
            _ = peer.add(revocations: [statement], at: now, into: &outbox)
        }
        _ = two.occupy()
        network.run(for: .seconds(39))
        #expect(two.host.peer.counters.loadsTold - told == network.nodes[two.other].peer.counters.loadsHeard)
        #expect(network.nodes[two.caller].peer.counters.loadsHeard == 1)
    }

    @Test func throughARelayOnlyTheCircuitSaysIt() throws {
        let chain = try Chain(Network.Options(seed: 72))
        let network = chain.network
        network.nodes[chain.host].script = .manual
        let id = network.call(chain.host, from: chain.caller)
        #expect(network.run { chain.c.served.count == 1 })
        #expect(network.run(atMost: .seconds(1)) { chain.a.peer.counters.loadsHeard == 1 })
        let now = network.now
        #expect(
            chain.a.peer.load(of: service, at: chain.c.id, now: now) == KnownLoad(running: 1, slots: nil))
        // Repeated while the answer takes its time.
        network.run(for: .seconds(61))
        #expect(chain.a.peer.counters.loadsHeard == 4)
        network.answer(chain.c.served[0], at: chain.host, "done")
        #expect(network.run { chain.a.agents[id]?.isComplete == true })
        // No circuit, no word; what was heard last runs out.
        network.run(for: .seconds(31))
        #expect(chain.a.peer.load(of: service, at: chain.c.id, now: network.now) == nil)
        #expect(chain.b.peer.counters.loadsHeard == 0 && chain.b.dropped(.unaskedLoad) == 0)
    }

    @Test func whatNobodyAskedForIsDropped() throws {
        let two = try Two(slots: 1)
        let network = two.network
        let link = try #require(network.link(of: two.far, with: two.caller))
        network.say(.load(ServiceLoad(service: service, running: 9, slots: 9)), from: two.far, on: link)
        network.run(for: .seconds(1))
        #expect(network.nodes[two.caller].dropped(.unaskedLoad) == 1)
        #expect(two.load(of: two.far) == nil)
        #expect(network.areLinked(two.caller, two.far))
    }

    @Test func theOwnServiceIsFullForItsOwnAgentsToo() throws {
        let two = try Two(slots: 1)
        let network = two.network
        #expect(network.hosts(at: two.near).first == two.host.id)
        let running = try #require(two.occupy())
        #expect(network.ask(two.near, from: two.near)?.failure == .overloaded(retryAfter: .seconds(1)))
        #expect(network.hosts(at: two.near).last == two.host.id)
        network.answer(running, at: two.near, "done")
        network.run(for: .seconds(1))
        #expect(network.hosts(at: two.near).first == two.host.id)
        // A local request takes a slot as any other does.
        network.call(two.near, from: two.near)
        #expect(network.run { two.host.served.count == 2 })
        #expect(network.ask(two.near, from: two.caller)?.failure == .overloaded(retryAfter: .seconds(1)))
    }
}

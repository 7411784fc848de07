import Overlay
import Testing

@testable import Inference

/// Several ways to one host.
struct PathRaceTests {
    /// A caller and a host with relays between them; the host names the relays in its entry when it offers something.
    private struct Web {
        let network: Network
        let caller: Int
        let relays: [Int]
        let host: Int

        init(relays count: Int, publishes: Bool = true, seed: UInt64 = 61) throws {
            network = try Network(Network.Options(seed: seed))
            caller = try network.add()
            relays = try (0..<count).map { [network] _ in try network.add() }
            host = try network.add()
            for relay in relays {
                guard network.link(caller, relay), network.link(host, relay) else { throw Chain.Failure.noLinks }
            }
            if publishes {
                network.publish([try Network.offer()], at: host)
                guard network.run(atMost: .seconds(5), until: { [self] in namedRelays.count == min(count, 3) }) else {
                    throw Chain.Failure.notListed
                }
            }
        }

        /// In the order in which the caller tries them.
        var namedRelays: [Int] {
            let named = network.nodes[caller].peer.mesh.catalog[network.nodes[host].id]?.relays ?? []
            return named.compactMap { network.node($0) }
        }

        func wire(_ relay: Int) throws -> Int { try #require(network.wire(between: relay, and: host)) }

        func ask() -> Driven.Agent? { network.ask(host, from: caller) }
    }

    private func span(_ agent: Driven.Agent) throws -> TimeSpan {
        try #require(agent.headAt).since(agent.startedAt)
    }

    @Test func whenTheFirstRelayIsSilentTheSecondWins() throws {
        let web = try Web(relays: 2)
        let (first, second) = (web.namedRelays[0], web.namedRelays[1])
        web.network.silence(wire: try web.wire(first))
        let agent = try #require(web.ask())
        #expect(agent.text == "hello")
        #expect(agent.route?.hops == [web.network.nodes[second].id, web.network.nodes[web.host].id])
        let span = try span(agent)
        #expect((.milliseconds(250)...(.milliseconds(350))).contains(span), "\(span), \(agent.route.debugDescription)")
        #expect(web.network.nodes[web.host].backends.count == 1)
    }

    @Test("a request runs once, whichever of two slow paths is quicker", arguments: [0, 120, 200, 240, 260, 400])
    func atMostOnce(delay: Int) throws {
        let web = try Web(relays: 3)
        for relay in web.relays { web.network.wires[try web.wire(relay)].delay = .milliseconds(UInt64(delay)) }
        let agent = try #require(web.ask())
        #expect(agent.text == "hello")
        web.network.run(for: .seconds(5))
        #expect(web.network.nodes[web.host].backends.count == 1)
        expectNothingLeft(web.network)
    }

    @Test func aRelayThatSaysNoIsReplacedAtOnce() throws {
        let web = try Web(relays: 2)
        web.network.cut(wire: try web.wire(web.namedRelays[0]))
        let agent = web.network.call(web.host, from: web.caller)
        #expect(web.network.run { web.network.nodes[web.caller].agents[agent]?.hasEnded == true })
        let answer = try #require(web.network.nodes[web.caller].agents[agent])
        #expect(answer.text == "hello")
        #expect(try span(answer) < .milliseconds(250))
    }

    @Test func neighboursThatTheHostDidNotNameAreAskedAfterHalfASecond() throws {
        let web = try Web(relays: 2, publishes: false)
        web.network.silence(wire: try web.wire(web.relays[0]))
        web.network.run(for: .milliseconds(100))
        let started = web.network.now
        let agent = try #require(web.ask())
        #expect(agent.failure?.status == 404)
        #expect((.milliseconds(500)...(.milliseconds(600))).contains(web.network.now.since(started)))
    }

    @Test func theyAreAskedAtOnceWhenNothingElseIsLeft() throws {
        let web = try Web(relays: 2, publishes: false)
        web.network.cut(wire: try web.wire(web.relays[0]))
        web.network.run(for: .milliseconds(100))
        let started = web.network.now
        let agent = try #require(web.ask())
        #expect(agent.failure?.status == 404)
        #expect(web.network.now.since(started) < .milliseconds(100))
    }

    @Test("a relay that answers garbage is passed over")
    func garbageFromARelay() throws {
        let web = try Web(relays: 2)
        let network = web.network
        let (first, second) = (web.namedRelays[0], web.namedRelays[1])
        network.nodes[first].answersOpeningsWith =
            CircuitStatus(code: .open).encode().array + [0, 16]
            + [UInt8](repeating: 7, count: 16)
        let agent = try #require(web.ask())
        #expect(agent.text == "hello" && agent.route?.hops.first == network.nodes[second].id)
        #expect(network.areLinked(web.caller, first))
    }

    @Test func aSilentMeshIsGivenUpAfterTenSeconds() throws {
        let web = try Web(relays: 2)
        for relay in web.relays { web.network.silence(wire: try web.wire(relay)) }
        let started = web.network.now
        let agent = try #require(web.ask())
        guard case .unreachable(let why) = agent.failure else {
            return #expect(Bool(false), "\(String(describing: agent.failure))")
        }
        #expect(why.contains("no path answered within 10 seconds"))
        #expect((.seconds(10)...(.milliseconds(10_100))).contains(web.network.now.since(started)))
        #expect(web.network.nodes[web.host].backends.isEmpty)
    }

    @Test func theDirectLinkIsPreferred() throws {
        let web = try Web(relays: 2)
        #expect(web.network.link(web.caller, web.host))
        #expect(web.ask()?.route?.text == "direct")
    }

    @Test func aHostThatCanBeDialedIsDialed() throws {
        let network = try Network()
        let relay = try network.add(listens: true)
        let host = try network.add(listens: true, bootstraps: [relay])
        let caller = try network.add(bootstraps: [relay]) { $0.settings.membership.wanted = 1 }
        network.publish([try Network.offer()], at: host)
        #expect(network.run(atMost: .seconds(20)) { network.lists(host, at: caller) })
        let first = try #require(network.ask(host, from: caller))
        #expect(first.text == "hello")
        network.run(for: .seconds(2))
        let planned = network.nodes[caller].peer.plannedPaths(to: network.nodes[host].id).map(\.words)
        #expect(!planned.isEmpty)
    }
}

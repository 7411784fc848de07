import Overlay
import Testing

@testable import Inference

/// Whom a relay serves, and what it says to the others.
struct RelayTests {
    private func unreachable(_ agent: Driven.Agent?) -> String? {
        guard case .unreachable(let why) = agent?.failure else { return nil }
        return why
    }

    /// A chain whose relay has other limits than usual.
    private func chain(_ adjust: (inout CircuitSettings) -> Void) throws -> Chain {
        var options = Network.Options(seed: 51)
        adjust(&options.settings.circuit)
        return try Chain(options)
    }

    @Test("a relay at its limit says so and when to come back", arguments: [true, false])
    func busy(perLink: Bool) throws {
        let chain = try chain { settings in
            if perLink { settings.mostRelayedPerLink = 1 } else { settings.mostRelayed = 1 }
            settings.retryAfter = .milliseconds(1_700)
        }
        chain.network.nodes[chain.host].script = .manual
        chain.network.call(chain.host, from: chain.caller)
        #expect(chain.network.run { chain.c.served.count == 1 })
        let second = chain.ask()
        #expect(second?.failure == .overloaded(retryAfter: .milliseconds(1_700)))
        #expect(second?.failure?.isRetryable == true && chain.b.dropped(.relayRefused) == 1)
        chain.network.answer(chain.c.served[0], at: chain.host, "done")
        chain.network.run(for: .milliseconds(200))
        chain.network.nodes[chain.host].script = .answer(status: 200, body: "room again")
        #expect(chain.ask()?.text == "room again")
    }

    @Test func aHostAtItsLimitSaysSo() throws {
        let chain = try chain { $0.mostServed = 1 }
        chain.network.nodes[chain.host].script = .manual
        chain.network.call(chain.host, from: chain.caller)
        #expect(chain.network.run { chain.c.served.count == 1 })
        #expect(chain.ask()?.failure == .overloaded(retryAfter: .seconds(1)))
        #expect(chain.c.served.count == 1)
    }

    @Test func aCallerAtItsLimitIsTold() throws {
        let chain = try chain { $0.mostCalled = 2 }
        chain.network.nodes[chain.host].script = .manual
        for _ in 0..<2 { chain.network.call(chain.host, from: chain.caller) }
        #expect(chain.ask()?.failure == .overloaded(retryAfter: .seconds(1)))
    }

    @Test func localRequestsCountToo() throws {
        var options = Network.Options()
        options.settings.circuit.mostCalled = 2
        let network = try Network(options)
        let node = try network.add()
        network.publish([try Network.offer()], at: node)
        network.nodes[node].script = .manual
        for _ in 0..<2 { network.call(node, from: node) }
        #expect(network.ask(node, from: node)?.failure == .overloaded(retryAfter: .seconds(1)))
    }

    @Test func noRoute() throws {
        let chain = try Chain()
        let stranger = try chain.network.add()
        let started = chain.network.now
        let agent = chain.network.ask(stranger, from: chain.caller)
        #expect(unreachable(agent)?.contains("it has no link to the host") == true)
        #expect(chain.network.now.since(started) < .seconds(2))
        #expect(chain.b.dropped(.relayRefused) == 1 && chain.b.peer.counters.circuitsRelayed == 0)
    }

    /// What a relay answers to a raw opening.
    private func status(_ chain: Chain, _ opening: [UInt8]) throws -> CircuitStatus.Code? {
        let key = try #require(chain.network.openRaw(from: chain.caller, to: chain.relay, opening))
        chain.network.run(for: .milliseconds(50))
        var received = try #require(chain.a.raw[key]).received
        guard case .status(let status) = CircuitStatus.parse(&received) else { return nil }
        return status.code
    }

    @Test func noMoreHopsThanTheCallerAllows() throws {
        let chain = try Chain()
        #expect(try status(chain, CircuitOpen(hopsLeft: 0, target: chain.c.id).encode().array) == .hopLimit)
        #expect(chain.c.peer.servings.isEmpty && chain.b.peer.relays.count == 0)
    }

    @Test func noCircuitBackToItsCaller() throws {
        let chain = try Chain()
        #expect(try status(chain, CircuitOpen(hopsLeft: 1, target: chain.a.id).encode().array) == .noRoute)
    }

    @Test func aTokenThatHasExpiredOpensNoCircuit() throws {
        var options = Network.Options(seed: 52)
        options.settings.upkeepInterval = .minutes(30)
        options.settings.upkeepIntervalWhenShort = .minutes(30)
        let chain = try Chain(options, callerToken: .lasting(.seconds(20)))
        chain.network.run(for: .milliseconds(20_001 - chain.network.now.since(.zero).milliseconds))
        try #require(chain.network.areLinked(chain.caller, chain.relay))
        #expect(try status(chain, CircuitOpen(hopsLeft: 1, target: chain.c.id).encode().array) == .notAllowed)
        #expect(chain.b.peer.relays.count == 0)
    }

    @Test("garbage instead of an opening costs the stream, not the link")
    func garbageOpening() throws {
        let chain = try Chain()
        for opening in [[UInt8](repeating: 0xff, count: 34), [9] + [UInt8](repeating: 0, count: 40)] {
            let key = try #require(chain.network.openRaw(from: chain.caller, to: chain.relay, opening))
            chain.network.run(for: .milliseconds(50))
            #expect(chain.a.raw[key]?.isReset == true)
        }
        #expect(chain.b.dropped(.malformedCircuit) == 2)
        #expect(chain.ask()?.text == "hello")
    }

    @Test("garbage behind an opening costs the circuit, not the link")
    func garbageInACircuit() throws {
        let chain = try Chain()
        var random = RandomSource(seed: 53)
        print("seed 53")
        let openings = [
            CircuitOpen(hopsLeft: 1, target: chain.c.id).encode().array,
            CircuitOpen(hopsLeft: 0, target: chain.b.id).encode().array,
        ]
        for round in 0..<40 {
            let garbage = [0, 64] + random.bytes(64 + random.below(3_000))
            let key = try #require(
                chain.network.openRaw(from: chain.caller, to: chain.relay, openings[round % 2] + garbage))
            chain.network.run(for: .milliseconds(60))
            #expect(chain.a.raw[key]?.isReset == true, "round \(round)")
        }
        #expect(chain.b.dropped(.malformedCircuit) == 20 && chain.c.dropped(.malformedCircuit) == 20)
        #expect(chain.ask()?.text == "hello")
        expectNothingLeft(chain.network)
    }

    @Test("an opening that comes byte by byte, or never whole")
    func slowOpening() throws {
        let chain = try Chain()
        let opening = CircuitOpen(hopsLeft: 0, target: chain.c.id).encode().array
        let key = try #require(chain.network.openRaw(from: chain.caller, to: chain.relay, [opening[0]]))
        for byte in opening.dropFirst() {
            chain.network.writeRaw([byte], to: key, at: chain.caller)
            chain.network.run(for: .milliseconds(1))
        }
        chain.network.run(for: .milliseconds(50))
        #expect(chain.a.raw[key]?.received.array == CircuitStatus(code: .hopLimit).encode().array)
        let partial = try #require(
            chain.network.openRaw(from: chain.caller, to: chain.relay, Array(opening.prefix(33))))
        chain.network.run(for: .milliseconds(50))
        chain.network.withSession(chain.caller, partial.link) { $0.finish(partial.stream, at: $1, into: &$2) }
        chain.network.run(for: .milliseconds(50))
        #expect(chain.a.raw[partial]?.isReset == true)
    }

    @Test("a host that is over with a stream forgets it even when its caller never resets")
    func streamsThatBothSidesEndAreForgotten() throws {
        let chain = try Chain()
        let key = try #require(
            chain.network.openRaw(
                from: chain.caller, to: chain.relay, CircuitOpen(hopsLeft: 0, target: chain.c.id).encode().array))
        chain.network.run(for: .milliseconds(50))
        #expect(chain.a.raw[key]?.isFinished == true)
        chain.network.withSession(chain.caller, key.link) { $0.finish(key.stream, at: $1, into: &$2) }
        expectNothingLeft(chain.network)
    }
}

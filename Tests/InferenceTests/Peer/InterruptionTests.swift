import Overlay
import Testing

@testable import Inference

/// What each side learns when another goes away in the middle.
struct InterruptionTests {
    /// A request whose answer has begun and goes on.
    private func midAnswer(_ chain: Chain) -> ExchangeID {
        chain.network.nodes[chain.host].script = .manual
        let id = chain.network.call(chain.host, from: chain.caller, body: Bytes(string: "question"))
        #expect(chain.network.run { chain.c.served.count == 1 })
        chain.network.answer(chain.c.served[0], at: chain.host, "part", isLast: false)
        #expect(chain.network.run { chain.a.agents[id]?.text == "part" })
        return id
    }

    @Test func hostGone() throws {
        let chain = try Chain()
        let id = midAnswer(chain)
        chain.network.kill(chain.host)
        #expect(chain.network.run(atMost: .seconds(1)) { chain.a.agents[id]?.hasEnded == true })
        expectDisconnected(chain.a.agents[id])
        expectNothingLeft(chain.network)
    }

    @Test func relayGone() throws {
        let chain = try Chain()
        let id = midAnswer(chain)
        let serving = chain.c.served[0]
        chain.network.kill(chain.relay)
        #expect(chain.network.run(atMost: .seconds(1)) { chain.a.agents[id]?.hasEnded == true })
        expectDisconnected(chain.a.agents[id])
        #expect(chain.network.run(atMost: .seconds(1)) { chain.c.backends[serving]?.isCancelled == true })
        expectNothingLeft(chain.network)
    }

    @Test func callerGone() throws {
        let chain = try Chain()
        _ = midAnswer(chain)
        let serving = chain.c.served[0]
        chain.network.kill(chain.caller)
        #expect(chain.network.run(atMost: .seconds(1)) { chain.c.backends[serving]?.isCancelled == true })
        expectNothingLeft(chain.network)
    }

    @Test func hostThatVanishesWithoutAWordIsNoticed() throws {
        let chain = try Chain()
        let id = midAnswer(chain)
        chain.network.silence(wire: try #require(chain.network.wire(between: chain.host, and: chain.relay)))
        #expect(chain.network.run(atMost: .seconds(60)) { chain.a.agents[id]?.hasEnded == true })
        expectDisconnected(chain.a.agents[id])
        #expect(chain.c.hasCancelledAll)
    }

    private func expectDisconnected(_ agent: Driven.Agent?) {
        #expect(agent?.text == "part" && agent?.isComplete == false)
        guard case .disconnected = agent?.failure else {
            return #expect(Bool(false), "\(String(describing: agent?.failure))")
        }
        #expect(agent?.failure?.isRetryable == false)
    }

    // MARK: Cancelling

    @Test("cancelling reaches the backend wherever the request is", arguments: Array(0...16))
    func cancelAfter(steps: Int) throws {
        let chain = try Chain()
        chain.network.nodes[chain.host].script = .manual
        let id = chain.network.call(chain.host, from: chain.caller, body: Bytes(string: "question"))
        chain.network.run(for: .milliseconds(UInt64(steps) * 5))
        chain.network.cancel(id, at: chain.caller)
        chain.network.run(for: .milliseconds(100))
        #expect(chain.c.hasCancelledAll)
        expectNothingLeft(chain.network)
        chain.network.nodes[chain.host].script = .answer(status: 200, body: "again")
        #expect(chain.ask()?.text == "again")
    }

    @Test func theRequestReachedTheBackendWithinThoseSteps() throws {
        let chain = try Chain()
        chain.network.nodes[chain.host].script = .manual
        chain.network.call(chain.host, from: chain.caller)
        chain.network.run(for: .milliseconds(80))
        #expect(chain.c.served.count == 1)
    }

    @Test func cancelInTheMiddleOfTheAnswer() throws {
        let chain = try Chain()
        let id = midAnswer(chain)
        chain.network.cancel(id, at: chain.caller)
        #expect(chain.network.run(atMost: .milliseconds(50)) { chain.c.hasCancelledAll })
        expectNothingLeft(chain.network)
    }

    @Test func cancelALocalRequest() throws {
        let network = try Network()
        let node = try network.add()
        network.nodes[node].script = .manual
        network.publish([try Network.offer()], at: node)
        let id = network.call(node, from: node)
        network.cancel(id, at: node)
        #expect(network.nodes[node].hasCancelledAll && network.nodes[node].served.count == 1)
        expectNothingLeft(network)
    }

    // MARK: Idle circuits

    @Test func aCircuitThatCarriesNothingForHalfAnHourIsCut() throws {
        let chain = try Chain()
        let id = midAnswer(chain)
        chain.network.run(for: .minutes(29))
        #expect(chain.a.agents[id]?.hasEnded == false)
        chain.network.run(for: .minutes(2))
        #expect(chain.a.agents[id]?.hasEnded == true)
        #expect(chain.c.hasCancelledAll)
        expectNothingLeft(chain.network)
    }

    @Test func aCallerThatOpensACircuitAndAsksNothingIsCut() throws {
        let network = try Network()
        let (a, b) = (try network.add(), try network.add())
        #expect(network.link(a, b))
        let opening = CircuitOpen(hopsLeft: 0, target: network.nodes[b].id).encode().array
        let key = try #require(network.openRaw(from: a, to: b, opening))
        network.run(for: .seconds(1))
        #expect(network.nodes[b].peer.servings.count == 1)
        network.run(for: .seconds(12))
        #expect(network.nodes[b].peer.servings.isEmpty && network.nodes[a].raw[key]?.isReset == true)
    }
}

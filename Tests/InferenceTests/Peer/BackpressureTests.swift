import Overlay
import Testing

@testable import Inference

/// Large bodies, and readers that do not read.
struct BackpressureTests {
    private static let megabytes = 1 << 20

    @Test("bodies of several megabytes arrive whole", arguments: [Cutting.whole, .random])
    func largeBodies(cutting: Cutting) throws {
        let chain = try Chain(Network.Options(seed: 41, cutting: cutting))
        chain.network.nodes[chain.host].script = .bulk(6 * Self.megabytes + 3)
        let question = Bulk.bytes(5 * Self.megabytes + 1)
        let agent = try #require(chain.ask(body: question))
        #expect(agent.isComplete && agent.failure == nil)
        #expect(agent.body == Bulk.bytes(6 * Self.megabytes + 3))
        #expect(chain.c.backends.values.first?.body == question)
        expectNothingLeft(chain.network)
    }

    @Test func largeBodiesDirectAndLocal() throws {
        let network = try Network()
        let (a, b) = (try network.add(), try network.add())
        #expect(network.link(a, b))
        network.publish([try Network.offer()], at: b)
        network.nodes[b].script = .echo
        let body = Bulk.bytes(3 * Self.megabytes)
        #expect(network.ask(b, from: a, body: body)?.body == body)
        #expect(network.ask(b, from: b, body: body)?.body == body)
        expectNothingLeft(network)
    }

    /// Bytes that the relay holds: what came in on one wire and has not gone out on the other.
    private func held(_ chain: Chain, towards reader: Int, from writer: Int) throws -> Int {
        let network = chain.network
        let inbound = try #require(network.wire(between: writer, and: chain.relay))
        let outbound = try #require(network.wire(between: chain.relay, and: reader))
        let came = network.wires[inbound].lanes[
            try #require(network.wires[inbound].ends.firstIndex { $0.node == writer })]
        let went = network.wires[outbound].lanes[
            try #require(network.wires[outbound].ends.firstIndex { $0.node == chain.relay })]
        return came.total - came.underWay - went.total
    }

    @Test func anAgentThatDoesNotReadBoundsWhatIsUnderWay() throws {
        let chain = try Chain()
        chain.network.nodes[chain.host].script = .bulk(8 * Self.megabytes)
        let before = try held(chain, towards: chain.caller, from: chain.host)
        let id = chain.network.call(chain.host, from: chain.caller)
        chain.network.nodes[chain.caller].agents[id]?.reads = false
        chain.network.run(for: .seconds(60))
        let backend = try #require(chain.c.backends.values.first)
        let agent = try #require(chain.a.agents[id])
        let atRelay = try held(chain, towards: chain.caller, from: chain.host) - before
        print(
            "unread at the agent \(agent.unread), held by the relay \(atRelay), taken from the backend \(backend.written)"
        )
        #expect(agent.unread <= 256 * 1024)
        #expect(atRelay <= 1 * Self.megabytes + 16 * 1024)
        #expect(backend.written <= 2 * Self.megabytes)
        chain.network.nodes[chain.caller].agents[id]?.reads = true
        chain.network.agentTakes(id, at: chain.caller)
        #expect(chain.network.run(atMost: .seconds(60)) { chain.a.agents[id]?.hasEnded == true })
        #expect(chain.a.agents[id]?.body == Bulk.bytes(8 * Self.megabytes))
        expectNothingLeft(chain.network)
    }

    @Test func anAgentThatStopsReadingBoundsWhatIsUnderWay() throws {
        let chain = try Chain()
        chain.network.nodes[chain.host].script = .bulk(24 * Self.megabytes)
        let before = try held(chain, towards: chain.caller, from: chain.host)
        let id = chain.network.call(chain.host, from: chain.caller)
        #expect(chain.network.run { (chain.a.agents[id]?.body.readableBytes ?? 0) > 6 * Self.megabytes })
        chain.network.nodes[chain.caller].agents[id]?.reads = false
        chain.network.run(for: .seconds(60))
        let backend = try #require(chain.c.backends.values.first)
        let agent = try #require(chain.a.agents[id])
        let atRelay = try held(chain, towards: chain.caller, from: chain.host) - before
        print(
            "unread at the agent \(agent.unread), held by the relay \(atRelay), taken from the backend \(backend.written)"
        )
        #expect(agent.unread <= Self.megabytes && atRelay <= Self.megabytes + 64 * 1024)
        #expect(backend.written - (agent.body.readableBytes - agent.unread) <= 3 * Self.megabytes)
        #expect(!agent.hasEnded)
        chain.network.cancel(id, at: chain.caller)
        chain.network.run(for: .seconds(1))
        #expect(chain.c.hasCancelledAll)
        expectNothingLeft(chain.network)
    }

    @Test func aBackendThatDoesNotReadBoundsWhatIsUnderWay() throws {
        let chain = try Chain()
        chain.network.nodes[chain.host].backendReads = false
        let before = try held(chain, towards: chain.host, from: chain.caller)
        let id = chain.network.call(chain.host, from: chain.caller, body: Bulk.bytes(8 * Self.megabytes))
        chain.network.run(for: .seconds(60))
        let agent = try #require(chain.a.agents[id])
        let backend = try #require(chain.c.backends.values.first)
        let atRelay = try held(chain, towards: chain.host, from: chain.caller) - before
        print(
            "unread at the backend \(backend.unread), held by the relay \(atRelay), taken from the agent \(agent.sent)")
        #expect(backend.unread <= 256 * 1024 && atRelay <= 1 * Self.megabytes + 16 * 1024)
        #expect(agent.sent <= 2 * Self.megabytes && !agent.hasEnded)
        let serving = try #require(chain.c.served.first)
        chain.network.nodes[chain.host].backends[serving]?.reads = true
        chain.network.backendTakes(serving, at: chain.host)
        #expect(chain.network.run(atMost: .seconds(60)) { chain.a.agents[id]?.hasEnded == true })
        #expect(chain.c.backends[serving]?.body == Bulk.bytes(8 * Self.megabytes))
        #expect(chain.a.agents[id]?.text == "hello")
    }

    @Test func aStalledStreamDoesNotBlockAnother() throws {
        let chain = try Chain()
        chain.network.nodes[chain.host].script = .bulk(8 * Self.megabytes)
        let stalled = chain.network.call(chain.host, from: chain.caller)
        chain.network.nodes[chain.caller].agents[stalled]?.reads = false
        chain.network.run(for: .seconds(10))
        let started = chain.network.now
        #expect(chain.ask()?.body.readableBytes == 8 * Self.megabytes)
        #expect(chain.network.now.since(started) < .seconds(10))
        #expect(chain.a.agents[stalled]?.hasEnded == false)
    }

    @Test func theHostMayAnswerBeforeItHasReadTheRequest() throws {
        let chain = try Chain()
        chain.network.nodes[chain.host].script = .manual
        chain.network.nodes[chain.host].backendReads = false
        let id = chain.network.call(chain.host, from: chain.caller, body: Bulk.bytes(4 * Self.megabytes))
        #expect(chain.network.run { chain.c.served.count == 1 })
        chain.network.answer(chain.c.served[0], at: chain.host, "too large", status: 413)
        #expect(chain.network.run { chain.a.agents[id]?.hasEnded == true })
        #expect(chain.a.agents[id]?.isComplete == true && chain.a.agents[id]?.head?.status == 413)
        #expect(chain.a.agents[id]?.text == "too large")
        expectNothingLeft(chain.network)
    }

    @Test func aLocalAgentThatDoesNotReadPausesTheBackend() throws {
        let network = try Network()
        let node = try network.add()
        network.publish([try Network.offer()], at: node)
        network.nodes[node].script = .bulk(8 * Self.megabytes)
        let id = network.call(node, from: node)
        network.nodes[node].agents[id]?.reads = false
        network.run(for: .seconds(1))
        #expect((network.nodes[node].backends.values.first?.written ?? 0) <= 512 * 1024)
        network.nodes[node].agents[id]?.reads = true
        network.agentTakes(id, at: node)
        #expect(network.run { network.nodes[node].agents[id]?.hasEnded == true })
        #expect(network.nodes[node].agents[id]?.body == Bulk.bytes(8 * Self.megabytes))
    }
}

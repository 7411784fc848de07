import Gossip
import Overlay
import Testing

@testable import Inference

/// How a node goes away.
struct LeavingTests {
    private func leave(_ chain: Chain, _ node: Int) {
        chain.network.enter(node) { peer, now, outbox in peer.leave(at: now, into: &outbox) }
    }

    @Test func itsEntryIsWithdrawnAtOnce() throws {
        let chain = try Chain()
        leave(chain, chain.host)
        chain.network.enter(chain.host) { peer, _, outbox in peer.sayGoodbye(into: &outbox) }
        #expect(chain.network.run(atMost: .seconds(2)) { !chain.network.lists(chain.host, at: chain.caller) })
        #expect(chain.a.peer.mesh.catalog[chain.c.id] == nil)
        #expect(chain.a.changes.last == .removed(chain.c.id))
        #expect(!chain.a.hasNotice("cannot be reached"))
    }

    @Test func whatRunsIsFinishedAndNothingBegins() throws {
        let chain = try Chain()
        chain.network.nodes[chain.host].script = .manual
        let id = chain.network.call(chain.host, from: chain.caller)
        #expect(chain.network.run { chain.c.served.count == 1 })
        chain.network.answer(chain.c.served[0], at: chain.host, "first ", isLast: false)
        leave(chain, chain.host)
        #expect(chain.c.peer.requestsInFlight.served == 1)
        chain.network.run(for: .seconds(3))
        #expect(chain.ask()?.failure?.isRetryable == true)
        chain.network.nodes[chain.host].backends[chain.c.served[0]]?.endsAfterDownload = true
        chain.network.write(Bytes(string: "second"), of: chain.c.served[0], at: chain.host)
        #expect(chain.network.run { chain.a.agents[id]?.hasEnded == true })
        #expect(chain.a.agents[id]?.text == "first second" && chain.a.agents[id]?.isComplete == true)
        #expect(chain.c.peer.requestsInFlight == (served: 0, made: 0))
        chain.network.enter(chain.host) { peer, _, outbox in peer.sayGoodbye(into: &outbox) }
        chain.network.run(for: .seconds(1))
        #expect(chain.c.channels.isEmpty)
    }

    @Test func anAnswerIsInFlightUntilItsLastByteHasLeft() throws {
        let chain = try Chain()
        chain.network.nodes[chain.host].script = .bulk(1_200_000)
        let id = chain.network.call(chain.host, from: chain.caller)
        chain.network.nodes[chain.caller].agents[id]?.reads = false
        chain.network.run(for: .seconds(5))
        leave(chain, chain.host)
        chain.network.nodes[chain.caller].agents[id]?.reads = true
        chain.network.agentTakes(id, at: chain.caller)
        #expect(chain.network.run { chain.c.peer.requestsInFlight.served == 0 })
        chain.network.enter(chain.host) { peer, _, outbox in peer.sayGoodbye(into: &outbox) }
        #expect(chain.network.run { chain.a.agents[id]?.hasEnded == true })
        #expect(chain.a.agents[id]?.isComplete == true, "\(String(describing: chain.a.agents[id]?.failure))")
        #expect(chain.a.agents[id]?.body == Bulk.bytes(1_200_000))
    }

    @Test func leavingRightAfterALinkChange() throws {
        let chain = try Chain()
        let late = try chain.network.add()
        #expect(chain.network.link(late, chain.host))
        #expect(chain.c.peer.announcement.deadline > chain.network.now)
        leave(chain, chain.host)
        chain.network.run(for: .seconds(5))
        #expect(chain.c.peer.nextDeadline > chain.network.now)
        #expect(!chain.network.lists(chain.host, at: chain.caller))
    }

    @Test func aRelayIsNotIdleWhileItRelays() throws {
        let chain = try Chain()
        chain.network.nodes[chain.host].script = .manual
        let id = chain.network.call(chain.host, from: chain.caller)
        #expect(chain.network.run { chain.c.served.count == 1 })
        leave(chain, chain.relay)
        #expect(!chain.b.peer.isIdle)
        chain.network.answer(chain.c.served[0], at: chain.host, "done")
        #expect(chain.network.run { chain.a.agents[id]?.text == "done" })
        #expect(chain.network.run(atMost: .seconds(1)) { chain.b.peer.isIdle })
        #expect(chain.ask()?.failure?.isRetryable == true)
    }

    @Test func aLeavingNodeTakesNoLinks() throws {
        let chain = try Chain()
        leave(chain, chain.relay)
        let late = try chain.network.add()
        chain.network.connect(late, to: chain.relay)
        chain.network.run(for: .seconds(1))
        #expect(!chain.network.areLinked(late, chain.relay))
        #expect(chain.network.nodes[late].closings.contains { $0.contains("this node is going away") })
    }
}

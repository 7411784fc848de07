import Gossip
import Overlay
import Testing

@testable import Inference

/// Labels count when the host's token attests them, not when the host states them.
struct LabelDemandTests {
    private static func labels(_ text: String) throws -> LabelSet { try #require(LabelSet(parsing: text)) }

    private static func ask(_ chain: Chain, demanding text: String) throws -> Driven.Agent {
        let network = chain.network
        let field = HeaderField(name: "X-Sam-Required-Labels", value: text)
        let id = network.call(chain.host, from: chain.caller, fields: [field])
        #expect(network.run { network.nodes[chain.caller].agents[id]?.hasEnded == true })
        return try #require(network.nodes[chain.caller].agents[id])
    }

    @Test func anAttestedLabelIsEnough() throws {
        let chain = try Chain(hostToken: .attesting(Self.labels("region=eu,tier=gold")))
        #expect(try Self.ask(chain, demanding: "region=us,region2=eu,tier=gold").isComplete)
        let served = try #require(chain.c.backends.values.first)
        #expect(served.head.fields.first("x-sam-required-labels") == nil)
    }

    @Test func aHostWithoutItNeverSeesTheRequest() throws {
        let chain = try Chain(hostToken: .attesting(Self.labels("region=us")))
        let agent = try Self.ask(chain, demanding: "region=eu")
        #expect(agent.failure == .unattested("the host's token attests none of region=eu"))
        #expect(agent.failure?.isRetryable == true && chain.c.backends.isEmpty)
    }

    @Test func aMalformedDemandIsRefused() throws {
        let agent = try Self.ask(try Chain(), demanding: "region")
        #expect(agent.failure?.status == 400)
    }

    @Test func theOperatorDemandsAllOfThem() throws {
        var head = RequestHead(method: "POST", path: "/", fields: [])
        let demand = try #require(LabelDemand(takingFrom: &head, all: Self.labels("a=1,b=2")))
        #expect(demand.complaint(about: try Self.labels("a=1,b=2,c=3").labels) == nil)
        #expect(demand.complaint(about: try Self.labels("a=1").labels) == "the host's token does not attest b=2")
    }
}

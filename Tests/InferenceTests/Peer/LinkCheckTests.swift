import Overlay
import Testing

@testable import Inference

/// Neighbours that are asked whether they are still there because another one is not.
struct LinkCheckTests {
    /// A node in the middle, linked to others that have no links among themselves.
    private func star(_ count: Int, seed: UInt64 = 91) throws -> (network: Network, center: Int, others: [Int]) {
        let network = try Network(Network.Options(seed: seed))
        let center = try network.add(listens: true)
        let others = try (0..<count).map { _ in try network.add() }
        for other in others { #expect(network.link(other, center)) }
        network.run(for: .seconds(2))
        return (network, center, others)
    }

    private func silence(_ nodes: some Sequence<Int>, in network: Network, to center: Int) throws {
        for node in nodes { network.silence(wire: try #require(network.wire(between: node, and: center))) }
    }

    @Test func whoDiedTogetherIsNoticedTogether() throws {
        let (network, center, others) = try star(8)
        try silence(others.dropFirst(), in: network, to: center)
        network.kill(others[0])
        let died = network.now
        #expect(network.run(atMost: .seconds(4)) { network.nodes[center].peer.linkCount == 0 })
        #expect(network.now.since(died) >= .seconds(3))
    }

    @Test func theFirstSilenceIsEnough() throws {
        let (network, center, others) = try star(8)
        // The others notice, too, and connect anew.
        let before = Set(others.compactMap { network.nodes[center].peer.usableLink(to: network.nodes[$0].id) })
        #expect(before.count == 8)
        func left() -> Int {
            others.compactMap { network.nodes[center].peer.usableLink(to: network.nodes[$0].id) }.count(
                where: before.contains)
        }
        try silence(others, in: network, to: center)
        #expect(network.run(atMost: .seconds(28)) { left() < 8 })
        #expect(network.run(atMost: .seconds(4)) { left() == 0 })
    }

    @Test func theLivingStay() throws {
        let (network, center, others) = try star(8)
        network.kill(others[0])
        network.run(for: .seconds(30))
        #expect(network.nodes[center].peer.linkCount == 7)
        #expect(network.nodes[center].closings.count == 1)
    }

    @Test func deathsOneAfterAnotherCostFewPings() throws {
        let (network, center, others) = try star(12)
        for other in others.prefix(10) {
            network.kill(other)
            network.run(for: .milliseconds(500))
        }
        network.run(for: .seconds(6))
        let moments = network.nodes[center].checks.map(\.at)
        let rounds = Set(moments)
        #expect(rounds.count == 2, "at once, and after five seconds for all others")
        #expect(moments.count <= 12 * rounds.count)
    }

    @Test func aLinkThatCarriesACircuitKeepsItsTime() throws {
        let chain = try Chain(Network.Options(seed: 92))
        let network = chain.network
        let other = try network.add()
        #expect(network.link(other, chain.caller))
        network.nodes[chain.host].script = .manual
        network.call(chain.host, from: chain.caller)
        network.run(for: .seconds(1))
        network.silence(wire: try #require(network.wire(between: chain.caller, and: chain.relay)))
        network.kill(other)
        let died = network.now
        #expect(network.run(atMost: .seconds(11)) { chain.a.peer.linkCount == 0 })
        #expect(network.now.since(died) >= .seconds(8))
    }

    @Test func aHostThatAnotherCannotReachIsAskedOnItsLink() throws {
        let (network, center, others) = try star(2)
        network.publish([try Network.offer()], at: others[0])
        #expect(network.run { network.lists(others[0], at: others[1]) })
        let link = try #require(network.link(of: others[1], with: center))
        for _ in 0..<10 {
            network.say(.unlinked(network.nodes[others[0]].id), from: others[1], on: link)
            network.run(for: .milliseconds(100))
        }
        #expect(network.nodes[center].checks.count == 1, "once in five seconds")
        #expect(network.areLinked(others[0], center) && network.lists(others[0], at: center))
        try silence([others[0]], in: network, to: center)
        network.run(for: .seconds(6))
        network.say(.unlinked(network.nodes[others[0]].id), from: others[1], on: link)
        #expect(network.run(atMost: .seconds(6)) { !network.lists(others[0], at: center) })
    }
}

import Testing

@testable import Overlay

/// Lookups of a node that knows nobody yet.
@Suite struct FirstPeerTests {
    /// Two that know each other, and one that knows nobody.
    private func network() throws -> KademliaNetwork {
        var network = try KademliaNetwork(size: 3, seed: 31)
        network.join(1, through: 2)
        network.run(for: .seconds(20))
        return network
    }

    private func begin(in network: inout KademliaNetwork) -> PeerID {
        let wanted = network.nodes[1].own
        network.lookup(wanted.key, from: 0, id: 1)
        network.act(0) { $0.search(wanted.key, id: SearchID(1), at: $1, into: &$2) }
        network.act(0) { $0.findContact(of: wanted.peer, at: $1, into: &$2) }
        return wanted.peer
    }

    @Test func beginWithTheFirstPeer() throws {
        var network = try network()
        let wanted = begin(in: &network)
        network.run(for: .seconds(2))
        #expect(network.results.isEmpty && network.searchResults.isEmpty)
        #expect(network.contactsFound.isEmpty && network.contactsMissing.isEmpty)
        #expect(network.nodes[0].load.lookups == 3)

        network.join(0, through: 2)
        network.run(for: .seconds(1))
        let result = try #require(network.results[LookupID(1)])
        #expect(result.end == .complete && result.closest.first?.peer == wanted && result.closest.count == 2)
        let search = try #require(network.searchResults[SearchID(1)])
        #expect(search.end == .complete && search.answers == 2)
        #expect(network.contactsFound == [wanted] && network.contactsMissing.isEmpty)
    }

    @Test func endWhenNobodyComes() throws {
        var network = try network()
        let wanted = begin(in: &network)
        network.run(for: .milliseconds(4_999))
        #expect(network.results.isEmpty && network.searchResults.isEmpty && network.contactsMissing.isEmpty)
        network.run(for: .milliseconds(1))
        let result = try #require(network.results[LookupID(1)])
        #expect(result.end == .noPeer && result.closest.isEmpty && result.counters.queries == 0)
        #expect(network.searchResults[SearchID(1)] == SearchResult(end: .noPeer, queries: 0, answers: 0))
        #expect(network.contactsMissing == [wanted])
        #expect(network.nodes[0].load.lookups == 0)
    }

    @Test func areForgottenWhenNobodyWaits() throws {
        var network = try network()
        _ = begin(in: &network)
        network.act(0) { node, _, _ in
            node.cancelLookup(LookupID(1))
            _ = node.endSearch(SearchID(1), as: .cancelled)
        }
        network.join(0, through: 2)
        network.run(for: .minutes(1))
        #expect(network.results.isEmpty && network.searchResults.isEmpty)
    }

    /// As many may wait as may be under way.
    @Test func areBounded() throws {
        var network = try network()
        let most = KademliaSettings().lookups
        for id in 0...most { network.lookup(network.nodes[1].own.key, from: 0, id: UInt64(id)) }
        #expect(network.results.values.map(\.end) == [.busy])
        network.join(0, through: 2)
        network.run(for: .seconds(20))
        #expect(network.results.values.count { $0.end == .complete && !$0.closest.isEmpty } == most)
    }
}

import Overlay
import Testing

@testable import Gossip

/// What is pushed beside the tree.
@Suite struct WidePushTests {
    private static let abilities = GossipAbilities(takesWidePushes: true)
    private let peers = (1...8 as ClosedRange<UInt64>).map { identity($0) }
    private let origin = identity(9)
    private let settings = GossipSettings()

    private func news(_ sequence: UInt64, models: String? = nil) throws -> CatalogEntry {
        entry(by: origin, sequence: sequence, contents: try contents([models ?? "model-\(sequence)"]))
    }

    /// A node that joined long ago, with one eager neighbour, the first.
    private func settledBench(_ abilities: GossipAbilities = Self.abilities) -> Bench {
        var bench = Bench(isEager: false)
        for peer in peers { bench.up(peer, with: abilities) }
        bench.now = moment(60)
        bench.wake()
        bench.outbox = []
        return bench
    }

    private func receivers(of bench: Bench, kind: GossipMessage.Kind) -> [PeerID] {
        bench.outbox.compactMap { action in
            if case .send(let message, let peer) = action, message.kind == kind { peer } else { nil }
        }
    }

    /// Takes an entry along the tree, and says who got it how.
    private func passOn(
        _ entry: CatalogEntry, in bench: inout Bench, after milliseconds: UInt64 = 0
    ) -> (pushed: Int, wide: Int) {
        bench.now = moment(0, plus: bench.now.instant.nanoseconds / 1_000_000 + milliseconds)
        bench.outbox = []
        bench.receive(.push([entry.bytes]), from: peers[0])
        bench.wake()
        return (receivers(of: bench, kind: .push).count, receivers(of: bench, kind: .widePush).count)
    }

    /// News of as many origins as are rare, within a moment.
    private func passOnOthers(in bench: inout Bench) throws -> [(pushed: Int, wide: Int)] {
        try (0..<UInt64(settings.newsInSpan)).map { number in
            passOn(entry(by: identity(20 + number), contents: try contents(["other"])), in: &bench)
        }
    }

    @Test func rareNewsGoesToSomeOthers() throws {
        var bench = settledBench()
        #expect(try passOnOthers(in: &bench).allSatisfy { $0 == (0, settings.newsFanout) }, "the eager one had it")
        #expect(!receivers(of: bench, kind: .widePush).contains(peers[0].peerID))
        #expect(passOn(try news(1), in: &bench) == (0, 0), "so many came shortly before")
        let late = entry(by: identity(30), contents: try contents(["late"]))
        #expect(passOn(late, in: &bench, after: settings.newsSpan.milliseconds + 1) == (0, settings.newsFanout))
    }

    @Test func newsOfTheRootGoesAlongTheTree() throws {
        var bench = settledBench()
        #expect(passOn(try news(1), in: &bench) == (0, settings.newsFanout))
        // By now the origin rules, and the tree is the best for it.
        #expect(passOn(try news(2), in: &bench, after: 2_500) == (0, 0))
        // It has been silent for so long that it rules no more.
        #expect(passOn(try news(3), in: &bench, after: 60_000) == (0, settings.newsFanout))
    }

    @Test func aRenewalIsNoNews() throws {
        var bench = settledBench()
        #expect(passOn(try news(1, models: "same"), in: &bench).wide == settings.newsFanout)
        #expect(passOn(try news(2, models: "same"), in: &bench, after: 60_000) == (0, 0))
    }

    @Test func whatANodeSaysItselfGoesToSomeOthersToo() throws {
        var bench = settledBench()
        try bench.publish(["model"])
        #expect(receivers(of: bench, kind: .push) == [peers[0].peerID])
        #expect(receivers(of: bench, kind: .widePush).count == settings.newsFanout)
    }

    @Test func aNodeThatHasJustJoinedPushesAlongTheTree() throws {
        let settling = settings.newsSettling.milliseconds
        for age in [settling - 1, settling] {
            var bench = Bench(isEager: false)
            for peer in peers { bench.up(peer, with: Self.abilities) }
            bench.now = moment(0, plus: age)
            #expect(passOn(try news(1), in: &bench).wide == (age == settling ? settings.newsFanout : 0))
        }
    }

    @Test func olderNeighboursGetPushesOnly() throws {
        var bench = settledBench(GossipAbilities())
        #expect(passOn(try news(1), in: &bench) == (0, 0))
        bench.outbox = []
        bench.now = moment(70)
        bench.receive(.widePush([PackedEntry(plain: try news(2).bytes)]), from: peers[3])
        bench.wake()
        #expect(receivers(of: bench, kind: .push) == [peers[0].peerID])
        #expect(receivers(of: bench, kind: .widePush).isEmpty)
    }

    @Test func whatLeftTheTreeStaysOutsideOfIt() throws {
        var bench = settledBench()
        // Not rare any more, so that nobody else gets it.
        _ = try passOnOthers(in: &bench)
        bench.outbox = []
        bench.receive(.widePush([PackedEntry(plain: try news(1).bytes)]), from: peers[3])
        bench.wake()
        #expect(receivers(of: bench, kind: .widePush) == [peers[0].peerID])
        #expect(receivers(of: bench, kind: .push).isEmpty)
    }

    @Test func aCopyAlongTheTreeOfWhatCameBesideItCutsNothing() throws {
        for isWideFirst in [true, false] {
            var bench = Bench()
            for peer in peers.prefix(3) { bench.up(peer, with: Self.abilities) }
            bench.now = moment(60)
            let bytes = try news(1).bytes
            let first: GossipMessage = isWideFirst ? .widePush([PackedEntry(plain: bytes)]) : .push([bytes])
            bench.receive(first, from: peers[0])
            bench.receive(.push([bytes]), from: peers[1])
            #expect(receivers(of: bench, kind: .prune) == (isWideFirst ? [] : [peers[1].peerID]))
            bench.outbox = []
            bench.receive(.widePush([PackedEntry(plain: bytes)]), from: peers[2])
            #expect(receivers(of: bench, kind: .prune).isEmpty, "nor does one beside it")
        }
    }

    @Test func whoWasMissedHearsOfItSoon() throws {
        var bench = settledBench()
        bench.receive(.push([entry(by: identity(10), contents: try contents(["other"])).bytes]), from: peers[0])
        bench.run(to: 61)
        #expect(receivers(of: bench, kind: .announce).count == peers.count - 1 - settings.newsFanout)
        bench.outbox = []
        bench.receive(.push([try news(1).bytes]), from: peers[0])
        bench.wake()
        #expect(receivers(of: bench, kind: .announce).isEmpty)
        bench.now = moment(61, plus: settings.announceDelay.milliseconds)
        bench.wake()
        #expect(receivers(of: bench, kind: .announce).count == peers.count - 1 - settings.newsFanout)
    }

    @Test func forgedEntriesGoNowhere() throws {
        var bench = settledBench()
        let forged = flipped(try news(1).bytes, at: 150)
        bench.receive(.widePush([PackedEntry(plain: forged)]), from: peers[3])
        bench.wake()
        #expect(receivers(of: bench, kind: .push).isEmpty && receivers(of: bench, kind: .widePush).isEmpty)
        #expect(bench.mesh.catalog.liveCount == 0)
    }
}

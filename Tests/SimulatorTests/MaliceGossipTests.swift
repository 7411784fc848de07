import Gossip
import Inference
import Overlay
import Testing

@testable import Simulator

/// Malicious entries and messages against an honest mesh value.
@Suite struct MaliceGossipTests {
    private typealias Fixtures = MaliceFixtures
    private static let attacker: UInt64 = 66
    private static let honest: UInt64 = 1

    private static var own: Bytes32 { Fixtures.identity(attacker).publicKey.bytes }

    private static func poison(_ kind: Poison) -> [UInt8] {
        EntryForge(identity: Fixtures.identity(attacker)).poison(
            kind, own: own, mesh: Fixtures.meshID, victim: Fixtures.identity(2).publicKey.bytes,
            sequence: Fixtures.start.wall.milliseconds, wall: Fixtures.start.wall, offset: MaliceSettings().clockOffset)
    }

    /// Without this, a forge that writes nonsense would pass all tests of poison.
    @Test func theForgeWritesEntriesThatAreAcceptedWhenTheyClaimNothingWrong() throws {
        var mesh = Fixtures.mesh(of: Self.honest, linkedWith: [Self.attacker])
        let claim = EntryForge.Claim(
            mesh: Fixtures.meshID.bytes, key: Self.own, sequence: 7, issuedAt: Fixtures.start.wall)
        let entry = EntryForge(identity: Fixtures.identity(Self.attacker)).entry(claim)
        _ = mesh.hear(.gossip(.push([entry])), from: Self.attacker, at: Fixtures.start)
        let listed = try #require(mesh.catalog[Fixtures.identity(Self.attacker).peerID])
        #expect(listed.bytes == entry)
        #expect(listed.services.map(\.name.name) == ["forged"])
    }

    @Test(arguments: [
        (Poison.brokenSignature, Refusal.forged), (.stolenName, .forged), (.foreignMesh, .foreignMesh),
        (.expired, .expired), (.ahead, .fromTheFuture), (.oversized, .oversized), (.malformed, .malformed),
        (.longLived, .ttlTooLong),
    ])
    func poisonIsRefusedForItsOwnReason(kind: Poison, refusal: Refusal) {
        var mesh = Fixtures.mesh(of: Self.honest, linkedWith: [Self.attacker])
        let actions = mesh.hear(.gossip(.push([Self.poison(kind)])), from: Self.attacker, at: Fixtures.start)
        #expect(actions == [.drop(.entry(refusal), from: Fixtures.identity(Self.attacker).peerID)])
        #expect(mesh.catalog.recordCount == 0)
    }

    @Test func aPoisonerKeepsItsRateAndIsNeverBelieved() throws {
        var mesh = Fixtures.mesh(of: Self.honest, linkedWith: [Self.attacker])
        var conspiracy = Conspiracy()
        var misbehavior = Fixtures.misbehavior(.poisoning(perSecond: 8))
        misbehavior.begin(at: .zero, wall: Fixtures.start.wall, into: &conspiracy)
        let sendings = misbehavior.acts(80, to: [mesh.peerID], knowing: &conspiracy)
        #expect(sendings.count == 80)
        let first = try #require(sendings.first).time
        let last = try #require(sendings.last).time
        #expect(last.since(first) == .milliseconds(79 * 125))
        for (time, sending) in sendings {
            _ = mesh.hear(sending.message, from: Self.attacker, at: Fixtures.later(time.sinceStart))
        }
        let counts = mesh.counts
        #expect(counts.forged == 20)
        let others = [
            counts.foreignMesh, counts.refusedExpired, counts.fromTheFuture, counts.oversized, counts.malformed,
            counts.ttlTooLong,
        ]
        #expect(others == Array(repeating: 10, count: 6))
        #expect(mesh.catalog.recordCount == 0)
    }

    @Test func stolenNamesAreThoseOfPublishers() throws {
        var conspiracy = Conspiracy()
        conspiracy.published(
            EntryForge(identity: Fixtures.identity(2)).entry(
                EntryForge.Claim(
                    mesh: Fixtures.meshID.bytes, key: Fixtures.identity(2).publicKey.bytes, sequence: 1,
                    issuedAt: Fixtures.start.wall)))
        var misbehavior = Fixtures.misbehavior(.poisoning(perSecond: 1))
        misbehavior.begin(at: .zero, wall: Fixtures.start.wall, into: &conspiracy)
        let sendings = misbehavior.acts(2, to: [Fixtures.identity(1).peerID], knowing: &conspiracy)
        guard case .gossip(.push(let entries)) = try #require(sendings.last).sending.message else {
            return #expect(Bool(false), "a poisoner pushes entries")
        }
        #expect(entries.map(EntryForge.publisher) == [Fixtures.identity(2).publicKey.bytes])
    }

    @Test func replayedEntriesChangeNothing() throws {
        var mesh = Fixtures.mesh(of: Self.honest, linkedWith: [2, Self.attacker])
        var publisher = Fixtures.mesh(of: 2, linkedWith: [Self.honest])
        var conspiracy = Conspiracy()
        var published: [[UInt8]] = []
        for number in 0..<3 {
            var actions: [MeshAction] = []
            let now = Fixtures.later(.seconds(UInt64(number)))
            _ = publisher.publish(offers: [try Fixtures.offer("service-\(number)")], at: now, into: &actions)
            let entry = try #require(publisher.catalog[publisher.peerID]).bytes
            conspiracy.published(entry)
            published.append(entry)
            _ = mesh.hear(.gossip(.push([entry])), from: 2, at: now)
        }
        let before = mesh.catalog.snapshot
        var misbehavior = Fixtures.misbehavior(.replay(perSecond: 10))
        misbehavior.begin(at: .zero, wall: Fixtures.start.wall, into: &conspiracy)
        for (_, sending) in misbehavior.acts(60, to: [mesh.peerID], knowing: &conspiracy) {
            guard case .gossip(.push(let entries)) = sending.message else { continue }
            #expect(entries.allSatisfy(published.contains))
            _ = mesh.hear(sending.message, from: Self.attacker, at: Fixtures.later(.seconds(10)))
        }
        #expect(mesh.catalog.snapshot == before)
        #expect(mesh.counts.stale + mesh.counts.duplicates == 60)
        #expect(mesh.counts.stale > 20 && mesh.counts.duplicates > 5)
    }

    @Test func twinsHaveOneSequenceNumberAndOneWinner() throws {
        var conspiracy = Conspiracy()
        var misbehavior = Fixtures.misbehavior(.equivocation)
        misbehavior.begin(at: .zero, wall: Fixtures.start.wall, into: &conspiracy)
        let neighbors = (1...12).map { Fixtures.identity($0).peerID }
        let sendings = misbehavior.acts(1, to: neighbors, knowing: &conspiracy)
        #expect(sendings.map(\.sending.peer) == neighbors)
        let entries = sendings.compactMap { sending -> [UInt8]? in
            if case .gossip(.push(let entries)) = sending.sending.message { entries.first } else { nil }
        }
        let stories = Set(entries)
        #expect(stories.count == 2)
        let told = try #require(stories.first)
        let other = try #require(stories.first { $0 != told })
        var winners: Set<[UInt8]> = []
        var noticed: UInt64 = 0
        for order in [[told, other], [other, told]] {
            var mesh = Fixtures.mesh(of: Self.honest, linkedWith: [Self.attacker])
            for entry in order { _ = mesh.hear(.gossip(.push([entry])), from: Self.attacker, at: Fixtures.start) }
            winners.insert(try #require(mesh.catalog[Fixtures.identity(Self.attacker).peerID]).bytes)
            noticed += mesh.counts.equivocations
            #expect(mesh.counts.equivocations + mesh.counts.replaced == 1)
        }
        #expect(winners.count == 1)
        #expect(noticed == 1)
    }

    @Test(arguments: [[], EntryDictionary.allCases])
    func anEquivocatorTellsHalfOfItsNeighboursAnotherStoryOfItself(knowing dictionaries: [EntryDictionary]) throws {
        var core = Fixtures.mesh(of: Self.attacker, linkedWith: Array(1...8), knowing: dictionaries)
        var actions: [MeshAction] = []
        _ = core.publish(offers: [try Fixtures.offer("honest")], at: Fixtures.start, into: &actions)
        let entry = try #require(core.catalog[core.peerID]).bytes
        var misbehavior = Fixtures.misbehavior(.equivocation)
        var services: [String: Int] = [:]
        for case .send(let message, let peer) in actions where [.push, .packedPush].contains(message.kind) {
            #expect((message.kind == .packedPush) == !dictionaries.isEmpty)
            let sent = misbehavior.outgoing(.gossip(message), to: peer, knowing: Conspiracy())
            guard let only = sent.first, sent.count == 1 else { continue }
            var mesh = Fixtures.mesh(of: Self.honest, linkedWith: [Self.attacker])
            _ = mesh.hear(only, from: Self.attacker, at: Fixtures.start)
            let listed = try #require(mesh.catalog[core.peerID])
            #expect(listed.sequence == core.catalog[core.peerID]?.sequence)
            services[listed.services.first?.name.name ?? "", default: 0] += 1
        }
        #expect(services["honest", default: 0] > 0 && services["twin", default: 0] > 0)
        #expect(services.values.reduce(0, +) == 8)
        // Its core must not hear of the other story, and hears everything else.
        let peer = Fixtures.identity(1).peerID
        for case .send(let message, _) in actions where message.kind == .packedPush {
            let read = try LinkMessage(decoding: LinkMessage.gossip(message).encode())
            let hearsIt = misbehavior.incoming(read, from: peer)
            #expect(!hearsIt)
        }
        let hearsOwn = misbehavior.incoming(.gossip(.push([entry])), from: peer)
        let hearsOthers = misbehavior.incoming(.gossip(.push([Self.poison(.stolenName)])), from: peer)
        #expect(!hearsOwn && hearsOthers)
    }

    @Test func junkMakesHonestNodesWorkAndNothingElse() throws {
        let expected: [(Junk, (MeshAction) -> Bool)] = [
            (.inventedList, { if case .send(.want(_, let wanted), _) = $0 { wanted.count == 64 } else { false } }),
            (.comparison, { if case .send(.difference, _) = $0 { true } else { false } }),
            (.lack, { if case .send(.summaries, _) = $0 { true } else { false } }),
            (.unaskedDifference, { $0 == .drop(.unexpectedAnswer, from: Fixtures.identity(Self.attacker).peerID) }),
        ]
        for (junk, isExpected) in expected {
            var mesh = Fixtures.mesh(of: Self.honest, linkedWith: [Self.attacker])
            let message = try #require(junk.message(summaries: 100) { Fixtures.draws.word(.test, of: 0, $0) })
            let actions = mesh.hear(message, from: Self.attacker, at: Fixtures.start)
            #expect(actions.count == 1 && actions.allSatisfy(isExpected), "\(junk): \(actions)")
            #expect(mesh.catalog.recordCount == 0)
        }
    }

    @Test func floodingSendsEveryKindInTurnAndEachCanBeRead() throws {
        var conspiracy = Conspiracy()
        var misbehavior = Fixtures.misbehavior(.flooding(perSecond: 1_000))
        misbehavior.begin(at: .zero, wall: Fixtures.start.wall, into: &conspiracy)
        let neighbors = (1...5).map { Fixtures.identity($0).peerID }
        let sendings = misbehavior.acts(70, to: neighbors, knowing: &conspiracy)
        #expect(sendings.count == 70)
        let kinds = sendings.map { MessageKind($0.sending.message) }
        for kind in [MessageKind.findNode, .nodes, .have, .compare, .lack, .difference, .unlinked] {
            #expect(kinds.count { $0 == kind } == 10, "\(kind)")
        }
        let encoded = sendings.map { $0.sending.message.encode() }
        #expect(Set(encoded).count > 60)
        for bytes in encoded { #expect(try LinkMessage(decoding: bytes).encode() == bytes) }
        #expect(Set(sendings.map(\.sending.peer)).count == 5)
    }
}

import Gossip
import Inference
import Overlay
import Testing

@testable import Simulator

/// Malicious answers to searches, links and keys.
@Suite struct MaliceRoutingTests {
    private typealias Fixtures = MaliceFixtures
    private static let attacker: UInt64 = 66
    private static let attackerID = Fixtures.identity(attacker).peerID

    /// An honest node that has just linked with the attacker, and what it asks of it.
    private static func greeting() throws -> (kademlia: Kademlia, question: KademliaMessage) {
        var kademlia = Kademlia(own: try Fixtures.record(of: 1), random: RandomSource(seed: 1))
        var actions: [KademliaAction] = []
        kademlia.linkAdmitted(
            attackerID, record: try Fixtures.record(of: attacker).bytes, roundTrip: .milliseconds(10),
            at: Fixtures.start, into: &actions)
        for case .send(let message, _) in actions {
            if case .findNode = message { return (kademlia, message) }
        }
        throw MissingQuestion()
    }

    private struct MissingQuestion: Error {}

    private static func conspiracy(of numbers: some Sequence<UInt64>) -> Conspiracy {
        var conspiracy = Conspiracy()
        for number in numbers {
            var accomplice = Fixtures.misbehavior(.misrouting, of: number)
            accomplice.begin(at: .zero, wall: Fixtures.start.wall, into: &conspiracy)
        }
        return conspiracy
    }

    private static func answer(
        _ misbehavior: inout Misbehavior, to question: KademliaMessage, knowing conspiracy: Conspiracy
    ) throws -> LinkMessage? {
        guard case .findNode(let request, _, _, _) = question else { throw MissingQuestion() }
        let asker = Fixtures.identity(1).peerID
        let isHeard = misbehavior.incoming(.kademlia(question), from: asker)
        #expect(isHeard)
        let honest = LinkMessage.kademlia(.nodes(request: request, records: [try Fixtures.record(of: 5).bytes]))
        let sent = misbehavior.outgoing(honest, to: asker, knowing: conspiracy)
        #expect(sent.count <= 1)
        return sent.first
    }

    @Test(arguments: [Behaviour.misrouting, .sybil(near: NodeIndex(1)), .eclipse(victim: NodeIndex(1))])
    func wrongDirectionsAreBelieved(behaviour: Behaviour) throws {
        var (kademlia, question) = try Self.greeting()
        var misbehavior = Fixtures.misbehavior(behaviour)
        let conspiracy = Self.conspiracy(of: 60..<100)
        guard
            case .kademlia(.nodes(let request, let records, _))? = try Self.answer(
                &misbehavior, to: question, knowing: conspiracy)
        else { throw MissingQuestion() }
        let accomplices = Set((60..<100).map { Fixtures.identity($0).peerID })
        let named = try records.map { try ContactRecord(decoding: $0).peer }
        #expect(named.count == KademliaMessage.maximumRecords)
        #expect(named.allSatisfy(accomplices.contains))
        var actions: [KademliaAction] = []
        kademlia.receive(
            .nodes(request: request, records: records), from: Self.attackerID, at: Fixtures.start, into: &actions)
        #expect(!actions.contains { if case .drop = $0 { true } else { false } })
        // The honest node goes on to ask them.
        kademlia.wake(at: Fixtures.later(.seconds(2)), into: &actions)
        let asked = actions.compactMap { action in
            if case .ask(_, let peer, _, _) = action { peer } else { nil }
        }
        #expect(!asked.isEmpty && asked.allSatisfy(accomplices.contains))
    }

    @Test func theNearestAccompliceIsNamedFirst() throws {
        let conspiracy = Self.conspiracy(of: 10..<210)
        let keys = (10..<210).map { NodeKey(Fixtures.identity($0).peerID) }
        for number in 0..<40 {
            let target = NodeKey(hashing: Array("target \(number)".utf8))
            let asker = Fixtures.identity(UInt64(number)).peerID
            for count in [1, 8, 20] {
                let named = conspiracy.members(of: Fixtures.circle, nearest: target, count: count, except: asker)
                let expected = keys.filter { $0 != NodeKey(asker) }
                    .sorted { $0.distance(to: target) < $1.distance(to: target) }.prefix(count)
                #expect(named.map(\.key) == Array(expected))
            }
        }
        #expect(conspiracy.members(of: Conspiracy.Circle(1), nearest: keys[0], count: 8, except: Self.attackerID) == [])
    }

    @Test func whoeverBecomesHonestIsNamedNoMore() throws {
        var conspiracy = Self.conspiracy(of: 60..<63)
        Fixtures.misbehavior(.misrouting, of: 61).end(in: &conspiracy)
        #expect(conspiracy.memberCount(of: Fixtures.circle) == 2)
        let key = NodeKey(Fixtures.identity(61).peerID)
        let named = conspiracy.members(
            of: Fixtures.circle, nearest: key, count: 20, except: Fixtures.identity(1).peerID)
        #expect(!named.map(\.peer).contains(Fixtures.identity(61).peerID))
    }

    @Test func contactsOfAccomplicesAreRenewedBeforeTheyExpire() throws {
        var conspiracy = Conspiracy()
        var misbehavior = Fixtures.misbehavior(.misrouting)
        misbehavior.begin(at: .zero, wall: Fixtures.start.wall, into: &conspiracy)
        _ = misbehavior.acts(30, to: [], knowing: &conspiracy)
        let target = NodeKey(Self.attackerID)
        let named = conspiracy.members(
            of: Fixtures.circle, nearest: target, count: 1, except: Fixtures.identity(1).peerID)
        let record = try #require(named.first)
        try record.verify(at: Fixtures.later(.hours(30)).wall)
    }

    @Test func aBlackHoleEntersTablesAndAnswersNothingElse() throws {
        var (kademlia, question) = try Self.greeting()
        var misbehavior = Fixtures.misbehavior(.blackHole)
        let greeted = try Self.answer(&misbehavior, to: question, knowing: Conspiracy())
        guard case .kademlia(let message)? = greeted else { throw MissingQuestion() }
        var actions: [KademliaAction] = []
        kademlia.receive(message, from: Self.attackerID, at: Fixtures.start, into: &actions)
        #expect(kademlia.closest(to: NodeKey(Self.attackerID), count: 1).map(\.peer) == [Self.attackerID])

        let search = KademliaMessage.findNode(request: 9, target: NodeKey(Self.attackerID), count: 20)
        let found = try Self.answer(&misbehavior, to: search, knowing: Conspiracy())
        #expect(found == nil)
        let asker = Fixtures.identity(1).peerID
        for message: GossipMessage in [
            .push([]), .have([]), .supply(request: 1, isLast: true, entries: []), .difference(session: 1, [0x61]),
        ] {
            let sent = misbehavior.outgoing(.gossip(message), to: asker, knowing: Conspiracy())
            #expect(sent.isEmpty)
        }
        let admission = misbehavior.outgoing(.verdict(Verdict(code: .admitted)), to: asker, knowing: Conspiracy())
        #expect(admission.count == 1)
        #expect(!misbehavior.hearsCircuits)
    }

    @Test func aFullMisrouterHandsOutAccomplices() throws {
        var misbehavior = Fixtures.misbehavior(.misrouting)
        let full = Verdict(code: .full, message: "full", contacts: [try Fixtures.record(of: 5).bytes])
        let sent = misbehavior.outgoing(
            .verdict(full), to: Fixtures.identity(1).peerID, knowing: Self.conspiracy(of: 60..<64))
        guard case .verdict(let verdict)? = sent.first, sent.count == 1 else { throw MissingQuestion() }
        let accomplices = Set((60..<64).map { Fixtures.identity($0).peerID })
        #expect(try verdict.contacts.map { try ContactRecord(decoding: $0).peer }.allSatisfy(accomplices.contains))
        #expect(verdict.contacts.count == 1)
    }

    @Test func whatAMisrouterRemembersIsBounded() {
        var misbehavior = Fixtures.misbehavior(.misrouting)
        for request in 0..<1_000 as Range<UInt32> {
            let question = KademliaMessage.findNode(request: request, target: NodeKey(Self.attackerID), count: 20)
            let isHeard = misbehavior.incoming(.kademlia(question), from: Fixtures.identity(1).peerID)
            #expect(isHeard)
        }
        #expect(misbehavior.questions.count == MaliceSettings().rememberedQuestions)
    }

    @Test func anEclipserWantsItsVictimAndNobodyElse() {
        var conspiracy = Conspiracy()
        var misbehavior = Fixtures.misbehavior(.eclipse(victim: NodeIndex(3)))
        misbehavior.begin(at: .zero, wall: Fixtures.start.wall, into: &conspiracy)
        #expect(misbehavior.wantedLinks == [NodeIndex(3)])
        #expect(misbehavior.mayLink(with: NodeIndex(3)) && !misbehavior.mayLink(with: NodeIndex(4)))
        #expect(misbehavior.nextAct <= .zero + MaliceSettings().relinkInterval)
        let misrouter = Fixtures.misbehavior(.misrouting)
        #expect(misrouter.wantedLinks.isEmpty && misrouter.mayLink(with: NodeIndex(4)))
    }

    @Test func groundKeysLieNearTheirTarget() throws {
        let target = NodeKey(Fixtures.identity(3).peerID)
        for number in 0..<4 {
            let key = GroundKey(near: target, amid: 20, of: NodeIndex(number), draws: Fixtures.draws)
            let identity = try #require(Identity(seed: key.seed))
            #expect(NodeKey(identity.peerID).commonPrefixLength(with: target) == key.bits)
            // Twenty nodes take five bits, two are the margin.
            #expect(key.bits >= 7)
        }
        var settings = MaliceSettings()
        settings.keyTries = 10
        let key = GroundKey(near: target, amid: 1_000_000, of: NodeIndex(0), draws: Fixtures.draws, settings: settings)
        #expect(key.tries == 10)
    }
}

import Overlay
import Testing

@testable import Gossip

@Suite struct MembershipTests {
    // MARK: The active view

    @Test(arguments: 1...5 as ClosedRange<UInt64>) func viewsAreBoundedSymmetricAndJoinEverybody(seed: UInt64) throws {
        print("seed \(seed)")
        var world = try MembershipWorld(count: 60, seed: seed)
        world.dialMore(knowing: Array(0..<60), rounds: 20)
        world.run(milliseconds: 5_000)
        let settings = MembershipSettings()
        for number in world.nodes.indices {
            // Those in need are taken beyond the limit of the others.
            #expect((settings.least...settings.most * 2).contains(world.active(number).count))
            #expect(Set(world.neighbors[number]) == Set(world.nodes[number].active))
            for other in world.active(number) { #expect(world.active(other).contains(number)) }
        }
        #expect(world.components == 1)
    }

    @Test func whoDoesNotAnswerIsNoNeighbour() throws {
        var settings = MembershipSettings()
        settings.wanted = 2
        var world = try MembershipWorld(count: 5, seed: 1, settings: settings)
        world.silent = [1, 2]
        for other in 1..<5 { world.link(0, other) }
        world.run(milliseconds: 10_000)
        #expect(world.active(0) == [3, 4])
        #expect(world.nodes[0].missing == 0)
        #expect(world.nodes[0].counts.unanswered <= 2)
    }

    @Test func thoseWhoDialLeavePlacesForThoseWhoAreDialed() throws {
        var settings = MembershipSettings()
        settings.least = 1
        var world = try MembershipWorld(count: 42, seed: 2, settings: settings)
        // Everybody has a neighbour before, so that nobody is in need.
        for other in stride(from: 1, to: 41, by: 2) { world.link(other, other + 1) }
        world.run(milliseconds: 1_000)
        for other in 1...40 { world.link(other, 0) }
        world.run(milliseconds: 60_000)
        #expect(world.active(0).count == settings.most - settings.outboundReserve)
        world.link(0, 41)
        world.run(milliseconds: 1_000)
        #expect(world.active(0).contains(41))
    }

    @Test func whoHasNobodyElseIsTaken() throws {
        var settings = MembershipSettings()
        settings.urgentMost = 20
        // A star: one node can be dialed, and all others only dial.
        var world = try MembershipWorld(count: 18, seed: 3, settings: settings)
        for other in 1..<18 { world.link(other, 0) }
        world.run(milliseconds: 10_000)
        #expect(world.active(0) == Set(1..<18))
        #expect(world.components == 1)
    }

    @Test func whoeverIsSurroundedStillChoosesItself() throws {
        var world = try MembershipWorld(count: 50, seed: 14)
        for other in 1..<45 { world.link(other, 0) }
        world.run(milliseconds: 5_000)
        #expect(world.active(0).count >= MembershipSettings().wanted)
        #expect(world.nodes[0].missing == MembershipSettings().outboundReserve)
        for other in 45..<50 { world.link(0, other) }
        world.run(milliseconds: 1_000)
        #expect(world.active(0).intersection(45..<50).count >= MembershipSettings().outboundReserve)
        #expect(world.nodes[0].missing == 0)
    }

    @Test func inNeedAtTheLimitARandomOneThatDialedMakesRoom() throws {
        var settings = MembershipSettings()
        (settings.most, settings.urgentMost, settings.outboundReserve) = (3, 4, 1)
        settings.wanted = 1
        var world = try MembershipWorld(count: 8, seed: 4, settings: settings)
        world.link(0, 1)
        world.run(milliseconds: 200)
        for other in 2..<8 { world.link(other, 0) }
        world.run(milliseconds: 1_000)
        #expect(world.active(0).count <= 4)
        #expect(world.active(0).contains(1), "nobody drives out whom the node chose")
        #expect(world.nodes[0].counts.evicted > 0)
    }

    @Test func oneNetworkHasTwoPlaces() throws {
        var settings = MembershipSettings()
        settings.least = 1
        var world = try MembershipWorld(count: 9, seed: 5, settings: settings) { number in
            number < 7 ? "/ip4/198.51.100.\(number + 1)/tcp/4000" : "/ip4/203.0.\(number).1/tcp/4000"
        }
        // Nobody is in need.
        for other in stride(from: 1, to: 8, by: 2) { world.link(other, other + 1) }
        world.run(milliseconds: 500)
        for other in 1..<9 { world.link(0, other) }
        world.run(milliseconds: 10_000)
        #expect(world.active(0).filter { $0 < 7 }.count == MembershipSettings().perPrefix)
        #expect(world.active(0).isSuperset(of: [7, 8]))
    }

    @Test func aGoodbyeEndsItOnBothSides() throws {
        var world = try MembershipWorld(count: 2, seed: 6)
        world.link(0, 1)
        world.run(milliseconds: 500)
        #expect(world.active(0) == [1] && world.active(1) == [0])
        let other = world.peer(1)
        world.enter(0) { $0.receive(.disconnect, from: other, at: $1, into: &$2) }
        #expect(world.active(0).isEmpty)
        world.enter(0) { $0.receive(.accept, from: other, at: $1, into: &$2) }
        #expect(world.active(0).isEmpty, "nobody asked it")
    }

    /// One end has seen the link before end and has another one, the other end has seen nothing of it.
    @Test(arguments: [true, false]) func anotherLinkAsksAgain(hasRoom: Bool) throws {
        var settings = MembershipSettings()
        settings.least = 0
        settings.outboundReserve = 0
        settings.wanted = 1
        settings.most = 1
        var world = try MembershipWorld(count: 3, seed: 16, settings: settings)
        world.link(0, 1)
        world.run(milliseconds: 500)
        let (one, other) = (world.peer(0), world.peer(1))
        world.enter(1) { $0.linkDown(one, contact: nil, isSilent: false, at: $1, into: &$2) }
        if !hasRoom {
            world.link(1, 2)
            world.run(milliseconds: 500)
            #expect(world.active(1) == [2])
        }
        world.silent = [1]
        world.enter(1) { $0.linkUp(one, origin: .inbound, contact: nil, at: $1, into: &$2) }
        world.silent = []
        #expect(world.active(0) == [1] && !world.active(1).contains(0))
        world.enter(0) { $0.linkReplaced(other, into: &$2) }
        world.run(milliseconds: 500)
        #expect(world.active(0) == (hasRoom ? [1] : []))
        #expect(world.active(1) == (hasRoom ? [0] : [2]))
        #expect(world.drops.isEmpty)
    }

    @Test func messagesOutOfPlaceAreCounted() throws {
        var world = try MembershipWorld(count: 3, seed: 7)
        let other = world.peer(1)
        world.enter(0) { $0.receive(.neighbor(isUrgent: true), from: other, at: $1, into: &$2) }
        #expect(world.drops == [.notLinked])
        world.link(0, 1)
        world.run(milliseconds: 500)
        world.drops = []
        world.enter(0) { $0.receive(.disconnect, from: other, at: $1, into: &$2) }
        world.enter(0) { $0.receive(.decline, from: other, at: $1, into: &$2) }
        world.enter(0) { $0.receive(.shuffleReply(id: 9, contacts: []), from: other, at: $1, into: &$2) }
        #expect(world.drops == [.unexpected, .unexpected])
    }

    @Test func whoAsksTooOftenGetsNoFurtherAnswer() throws {
        var world = try MembershipWorld(count: 2, seed: 15)
        world.link(0, 1)
        world.run(milliseconds: 500)
        let (id, most) = (world.peer(1), Int(MembershipSettings().answerBurst))
        world.enter(0) { $0.receive(.disconnect, from: id, at: $1, into: &$2) }
        var sent = 0
        for _ in 0..<1_000 {
            world.enter(0) { node, now, outbox in
                node.receive(.accept, from: id, at: now, into: &outbox)
                node.strangerGossips(id, at: now, into: &outbox)
                sent += outbox.count { if case .send = $0 { true } else { false } }
            }
        }
        #expect(sent > 0 && sent <= most)
        #expect(world.drops.contains(.rate))
    }

    // MARK: Losses

    @Test(arguments: 1...3 as ClosedRange<UInt64>) func halfDiesAndTheOthersStayTogether(seed: UInt64) throws {
        print("seed \(seed)")
        var world = try MembershipWorld(count: 60, seed: seed)
        world.dialMore(knowing: Array(0..<60), rounds: 20)
        world.run(milliseconds: 60_000)
        for number in 0..<30 { world.kill(number) }
        world.dialMore(knowing: [], rounds: 40)
        #expect(world.components == 1)
        for number in 30..<60 {
            #expect(world.active(number).isDisjoint(with: world.dead))
            #expect(world.active(number).count >= MembershipSettings().least)
        }
    }

    @Test func theLostAreSoughtWithGrowingPauses() throws {
        var world = try MembershipWorld(count: 2, seed: 8)
        world.link(0, 1)
        world.run(milliseconds: 500)
        world.kill(1)
        world.run(milliseconds: 600_000)
        let times = world.dials.map(\.time)
        #expect(times.count >= 8 && times.count <= 20)
        let pauses = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(pauses.first ?? 0 < 15_000 && pauses.max() ?? 0 <= 73_000)
        #expect(pauses.suffix(4).allSatisfy { $0 >= 47_000 })
        world.dead = []
        world.run(milliseconds: 80_000)
        #expect(world.active(0) == [1])
    }

    @Test func aPeerThatTakesNoLinkHoldsNoPlace() throws {
        var settings = MembershipSettings()
        (settings.wanted, settings.lost) = (1, 1)
        var world = try MembershipWorld(count: 3, seed: 16, settings: settings)
        world.link(0, 1)
        world.run(milliseconds: 500)
        world.full = [1]
        world.cut(0, 1)
        world.run(milliseconds: 300_000)
        #expect(world.dials.count { $0.from == 0 && $0.to == 1 } >= 4, "it is sought again and again")
        world.full = []
        world.run(milliseconds: 80_000)
        #expect(world.active(0) == [1])
    }

    @Test func halvesFindEachOtherAfterAPartition() throws {
        var world = try MembershipWorld(count: 40, seed: 9)
        world.dialMore(knowing: Array(0..<40), rounds: 20)
        for one in 0..<20 {
            for other in world.active(one) where other >= 20 { world.cut(one, other) }
        }
        world.dialMore(knowing: [], rounds: 4)
        world.run(milliseconds: 30_000)
        #expect(world.components == 1)
    }

    // MARK: The passive view

    @Test func contactsSpread() throws {
        var settings = MembershipSettings()
        settings.wanted = 2
        var world = try MembershipWorld(count: 30, seed: 10, settings: settings)
        for number in 0..<30 { world.link(number, (number + 1) % 30) }
        world.run(milliseconds: 300_000)
        for number in 0..<30 { #expect(world.nodes[number].passiveContacts.count >= 15) }
        #expect(world.drops.isEmpty)
    }

    @Test func aSmallMeshFallsSilent() throws {
        var world = try MembershipWorld(count: 5, seed: 17)
        world.dialMore(knowing: Array(0..<5), rounds: 4)
        world.run(milliseconds: 600_000)
        let before = world.nodes.map(\.counts.shuffles)
        world.run(milliseconds: 1_200_000)
        for (number, node) in world.nodes.enumerated() { #expect(node.counts.shuffles - before[number] <= 13) }
    }

    @Test func aWrongContactEndsTheReading() throws {
        var world = try MembershipWorld(count: 4, seed: 11)
        world.link(0, 1)
        world.run(milliseconds: 500)
        var forged = world.records[2].bytes
        forged[forged.count - 1] ^= 1
        let (id, contacts) = (world.peer(1), [forged, world.records[3].bytes])
        world.enter(0) {
            $0.receive(.shuffle(id: 5, hops: 1, contacts: contacts), from: id, at: $1, into: &$2)
        }
        #expect(world.drops == [.badContact])
        #expect(world.nodes[0].passiveContacts.isEmpty)
    }

    @Test func shufflesAreLimited() throws {
        var world = try MembershipWorld(count: 2, seed: 12)
        world.link(0, 1)
        world.run(milliseconds: 500)
        let id = world.peer(1)
        for number in 0..<20 as Range<UInt64> {
            world.enter(0) {
                $0.receive(.shuffle(id: number, hops: 1, contacts: []), from: id, at: $1, into: &$2)
            }
        }
        #expect(world.drops == Array(repeating: .shuffleRate, count: 12))
    }

    @Test func anExcursionTakesThePlaceOfAnother() throws {
        var settings = MembershipSettings()
        settings.wanted = 3
        var world = try MembershipWorld(count: 8, seed: 13, settings: settings)
        world.dialMore(knowing: Array(0..<8), rounds: 10)
        for number in 0..<8 { world.nodes[number].learn(world.records) }
        let before = (0..<8).map { world.active($0) }
        world.run(milliseconds: 1_800_000)
        #expect(!world.dials.isEmpty)
        #expect((0..<8).contains { world.active($0) != before[$0] })
        for number in 0..<8 { #expect(world.active(number).count >= 2 && world.active(number).count <= settings.most) }
    }

    @Test(arguments: [true, false]) func sparedNeighboursMakeNoRoom(isSpared: Bool) throws {
        var settings = MembershipSettings()
        settings.wanted = 4
        var world = try MembershipWorld(count: 8, seed: 13, settings: settings)
        world.dialMore(knowing: Array(0..<8), rounds: 10)
        for number in 0..<8 { world.nodes[number].learn(world.records) }
        let chosen = (0..<8).map { number in
            Set(world.nodes[number].active.filter(world.nodes[number].isChosen).prefix(1))
        }
        #expect(chosen.contains { !$0.isEmpty })
        for number in 0..<8 where isSpared { world.nodes[number].spared = chosen[number] }
        world.run(milliseconds: 1_800_000)
        #expect(world.nodes.contains { $0.counts.deactivated > 0 }, "others made room")
        let kept = (0..<8).allSatisfy { chosen[$0].isSubset(of: world.nodes[$0].active) }
        #expect(kept == isSpared)
    }
}

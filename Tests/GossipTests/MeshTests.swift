import Overlay
import Testing

@testable import Gossip

@Suite struct MeshTests {
    let alice = identity(1)
    let bob = identity(2)
    let carol = identity(3)

    // MARK: Broadcast

    @Test func newEntryGoesToAllButItsSource() throws {
        var bench = Bench()
        for peer in [alice, bob, carol] { bench.up(peer) }
        let news = entry(by: identity(9), contents: try contents())
        bench.outbox = []
        bench.receive(.push([news.bytes]), from: alice)
        #expect(bench.changes == [.added(news.peer)])
        #expect(bench.mesh.nextDeadline <= bench.now.instant)
        bench.receive(.push([news.bytes]), from: bob)
        bench.wake()
        let actions = bench.outbox
        #expect(bench.sent(to: alice).pushed.isEmpty)
        bench.outbox = actions
        #expect(bench.sent(to: bob).pushed.isEmpty, "it was heard from him before it was passed on")
        bench.outbox = actions
        #expect(bench.sent(to: carol).pushed == [news.bytes])
        bench.receive(.push([news.bytes]), from: carol)
        bench.wake()
        #expect(bench.sent(to: bob).pushed.isEmpty)
        #expect(bench.mesh.counts.duplicates == 2)
    }

    @Test func whatArrivesTogetherLeavesTogether() throws {
        var bench = Bench()
        bench.up(alice)
        bench.up(bob)
        let news = try (10..<20 as Range<UInt64>).map { entry(by: identity($0), contents: try contents()).bytes }
        bench.outbox = []
        for one in news { bench.receive(.push([one]), from: alice) }
        bench.wake()
        #expect(bench.sent(to: bob) == [.push(news)])
    }

    @Test func nothingUnverifiedIsPassedOn() throws {
        var bench = Bench()
        bench.up(alice)
        bench.up(bob)
        bench.outbox = []
        let good = entry(by: identity(9), contents: try contents()).bytes
        let hostile: [([UInt8], Refusal)] = [
            (flipped(good, at: good.count - 1), .forged),
            ([], .malformed),
            (Array(good.dropLast()), .malformed),
            (good + [0], .malformed),
            ([UInt8](repeating: 1, count: bench.mesh.settings.entryLength + 1), .oversized),
            (entry(mesh: MeshID(rootKey: alice.publicKey), contents: try contents()).bytes, .foreignMesh),
            (entry(issued: moment(121), contents: try contents()).bytes, .fromTheFuture),
            (entry(ttl: .hours(7), contents: try contents()).bytes, .ttlTooLong),
        ]
        bench.now = moment(0)
        bench.receive(.push(hostile.map(\.0)), from: alice)
        bench.wake()
        #expect(bench.drops == hostile.map { .entry($0.1) })
        #expect(bench.changes.isEmpty)
        #expect(bench.sent(to: bob).isEmpty)
        #expect(bench.mesh.catalog.recordCount == 0)
        let counts = bench.mesh.counts
        #expect(counts.forged == 1 && counts.malformed == 3 && counts.oversized == 1)
        #expect(counts.foreignMesh == 1 && counts.fromTheFuture == 1 && counts.ttlTooLong == 1)
    }

    @Test func oldNewsIsNotPassedOn() throws {
        var bench = Bench()
        bench.up(alice)
        bench.up(bob)
        let host = identity(9)
        let live = entry(by: host, sequence: 1, contents: try contents())
        let end = tombstone(by: host, sequence: 2)
        bench.receive(.push([live.bytes, end.bytes]), from: alice)
        bench.wake()
        #expect(bench.changes == [.added(host.peerID), .removed(host.peerID)])
        #expect(bench.sent(to: bob).pushed == [end.bytes])
        bench.receive(.push([live.bytes]), from: alice)
        #expect(bench.drops == [.entry(.stale)])
        bench.now = moment(3_600 + 120)
        bench.wake()
        bench.outbox = []
        bench.receive(.push([live.bytes, end.bytes]), from: alice)
        bench.wake()
        #expect(bench.drops == [.entry(.expired), .entry(.expired)])
        #expect(bench.sent(to: bob).pushed.isEmpty)
    }

    @Test func strangersAreNotHeard() throws {
        var bench = Bench()
        bench.receive(.push([entry(contents: try contents()).bytes]), from: alice)
        #expect(bench.drops == [.notANeighbor])
        #expect(bench.mesh.catalog.recordCount == 0)
    }

    // MARK: Publishing

    @Test func publishSaysWhatBecameOfIt() throws {
        var bench = Bench()
        bench.up(alice)
        #expect(bench.mesh.withdraw(at: bench.now, into: &bench.outbox) == .unchanged)
        bench.outbox = []
        let first = try bench.publish(["a"])
        #expect(first == .announced(sequence: bench.now.wall.milliseconds))
        #expect(bench.changes == [.added(bench.mesh.peerID)])
        #expect(bench.sent(to: alice).pushed.count == 1, "without waiting for a wake")
        #expect(try bench.publish(["a"]) == .unchanged)
        #expect(try bench.publish(["b"]) == .announced(sequence: bench.now.wall.milliseconds + 1))
        let long = (0..<70).map { String(repeating: "m", count: 240) + "\($0)" }
        guard case .tooLong(let length, 16_384) = try bench.publish(long) else {
            Issue.record("an entry above the limit was announced")
            return
        }
        #expect(length > 16_384)
        let relays = (0..<4).map { identity($0).peerID }
        let result = bench.mesh.publish(
            offers: [try offer()], relays: relays, at: bench.now, into: &bench.outbox)
        #expect(result == .invalid(.relayCount(4)))
        #expect(bench.mesh.catalog.models == ["b"])
        #expect(bench.mesh.publish(offers: [], at: bench.now, into: &bench.outbox) != .unchanged)
        #expect(bench.mesh.catalog.entries.isEmpty)
    }

    @Test func quickChangesWaitAndOnlyTheLastIsSent() throws {
        var bench = Bench()
        bench.up(alice)
        for number in 0..<8 { try bench.publish(["m\(number)"]) }
        guard case .waiting(let until) = try bench.publish(["later"]) else {
            Issue.record("the ninth change in a row was announced")
            return
        }
        guard case .waiting = try bench.publish(["last"]) else {
            Issue.record("the tenth change in a row was announced")
            return
        }
        #expect(until == moment(2).instant)
        #expect(bench.mesh.catalog.models == ["m7"])
        _ = bench.sent(to: alice)
        bench.run(to: 3)
        #expect(bench.sent(to: alice).pushed.count == 1)
        #expect(bench.mesh.catalog.models == ["last"])
    }

    @Test func withdrawalNeverWaits() throws {
        var bench = Bench()
        bench.up(alice)
        for number in 0..<9 { try bench.publish(["m\(number)"]) }
        _ = bench.sent(to: alice)
        guard case .announced = bench.mesh.withdraw(at: bench.now, into: &bench.outbox) else {
            Issue.record("the withdrawal was not announced at once")
            return
        }
        let pushed = bench.sent(to: alice).pushed
        #expect(pushed.count == 1)
        #expect(try pushed.map { try decode($0).kind } == [.tombstone])
        bench.run(to: 7_000)
        #expect(bench.sent(to: alice).pushed.isEmpty, "a tombstone is not renewed")
    }

    @Test func sequenceGoesOnAfterARestartWithTheClockSetBack() throws {
        var first = Bench(at: moment(1_000))
        try first.publish(["before"])
        let old = first.mesh.catalog.snapshot[0]
        var second = Bench(at: moment(950))
        second.up(alice)
        try second.publish(["after"])
        _ = second.sent(to: alice)
        second.receive(.push([old]), from: alice)
        #expect(second.mesh.counts.heardOfSelf == 1)
        second.wake()
        #expect(second.mesh.catalog.models == ["after"])
        let answer = try second.sent(to: alice).pushed.map { try decode($0) }
        #expect(answer.count == 1)
        #expect(try #require(answer.first).sequence > (try decode(old).sequence))
    }

    @Test func twinsAnswerEachOtherWithinTheRate() throws {
        var bench = Bench()
        bench.up(alice)
        try bench.publish(["mine"])
        var answers = 0
        for second in 1...60 as ClosedRange<UInt64> {
            bench.now = moment(second)
            let sequence = bench.now.wall.milliseconds + 500
            let twin = entry(by: identity(100), sequence: sequence, issued: bench.now, contents: try contents(["his"]))
            bench.receive(.push([twin.bytes]), from: alice)
            bench.wake()
            answers += bench.sent(to: alice).pushed.count
        }
        #expect((30...40).contains(answers))
    }

    // MARK: Restart

    @Test func restoreListsTheOthersAndRemembersItself() throws {
        var before = Bench()
        before.up(alice)
        try before.publish(["own"])
        before.receive(.push([entry(by: identity(9), contents: try contents()).bytes]), from: alice)
        var stored = before.mesh.catalog.snapshot
        stored.append([1, 2, 3])
        var after = Bench(at: moment(10))
        #expect(after.mesh.restore(stored, at: after.now, into: &after.outbox) == 1)
        #expect(after.changes == [.added(identity(9).peerID)])
        #expect(after.drops == [.entry(.malformed)])
        after.up(alice)
        #expect(after.sent(to: alice).pushed.isEmpty)
    }
}

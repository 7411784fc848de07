import Overlay
import Testing

@testable import Gossip

@Suite struct CatalogTests {
    let host = identity(1)

    @Test func newReplacedWithdrawn() throws {
        var catalog = Catalog()
        let first = entry(sequence: 1, contents: try contents(["a"]))
        let second = entry(sequence: 2, contents: try contents(["b"]))
        let last = tombstone(sequence: 3)
        let ref = try #require(catalog.accept(first.bytes, at: moment(0)).accepted)
        #expect(catalog[ref] == first)
        #expect(catalog.accept(first.bytes, at: moment(0)) == .duplicate(ref))
        #expect(catalog.accept(second.bytes, at: moment(0)) == .replaced(ref))
        #expect(catalog.models == ["b"])
        #expect(catalog.accept(last.bytes, at: moment(0)) == .withdrawn(ref, wasListed: true))
        #expect(catalog[ref] == nil)
        #expect(catalog.models.isEmpty)
        #expect(catalog.liveCount == 0)
        #expect(catalog.snapshot == [last.bytes])
    }

    @Test func forgedIsRefusedAndRemembered() throws {
        var catalog = Catalog()
        let good = entry(contents: try contents()).bytes
        let forged = flipped(good, at: good.count - 1)
        #expect(catalog.accept(forged, at: moment(0)) == .refused(.forged))
        guard case .refused(.forged) = catalog.examine(forged, at: moment(0)) else {
            Issue.record("the second forgery reached the signature check")
            return
        }
        let stolen = flipped(good, at: 40)
        #expect(catalog.accept(stolen, at: moment(0)).accepted == nil)
        #expect(catalog.recordCount == 0)
        #expect(catalog.accept(good, at: moment(0)).accepted != nil)
    }

    @Test func replayOfAnOlderEntryIsStale() throws {
        var catalog = Catalog()
        let old = entry(sequence: 1, contents: try contents(["a"]))
        let new = entry(sequence: 2, contents: try contents(["b"]))
        _ = catalog.accept(new.bytes, at: moment(0))
        #expect(catalog.accept(old.bytes, at: moment(0)) == .refused(.stale))
        #expect(catalog.models == ["b"])
    }

    @Test func aPlantedDefectForgetsWhatIsLater() throws {
        var catalog = Catalog()
        let old = entry(sequence: 1, contents: try contents(["a"]))
        let new = entry(sequence: 2, contents: try contents(["b"]))
        _ = catalog.accept(new.bytes, at: moment(0))
        catalog.forgetLater(than: new.bytes)
        #expect(catalog.models == ["b"])
        catalog.forgetLater(than: old.bytes)
        #expect(catalog.recordCount == 0 && catalog.models.isEmpty)
        #expect(catalog.accept(old.bytes, at: moment(0)).accepted != nil)
        #expect(catalog.models == ["a"])
    }

    @Test func clocksMayDifferByTheSkewAndNoMore() throws {
        let early = entry(issued: moment(1_000), ttl: .seconds(60), contents: try contents())
        var catalog = Catalog()
        #expect(catalog.accept(early.bytes, at: moment(879)) == .refused(.fromTheFuture))
        #expect(catalog.accept(early.bytes, at: moment(880)).accepted != nil)

        var late = Catalog()
        #expect(late.accept(early.bytes, at: moment(1_060 + 120)) == .refused(.expired))
        let acceptance = late.accept(early.bytes, at: moment(1_060 + 119))
        guard case .withdrawn(_, wasListed: false) = acceptance else {
            Issue.record("an entry within the skew must be passed on but not listed, not \(acceptance)")
            return
        }
        #expect(late.entries.isEmpty)
        #expect(late.snapshot == [early.bytes])
    }

    @Test func foreignOversizedMalformedAndTooLongLived() throws {
        var catalog = Catalog()
        let foreign = entry(mesh: MeshID(rootKey: host.publicKey), contents: try contents())
        #expect(catalog.accept(foreign.bytes, at: moment(0)) == .refused(.foreignMesh))
        let greedy = entry(ttl: .hours(6) + .seconds(1), contents: try contents())
        #expect(catalog.accept(greedy.bytes, at: moment(0)) == .refused(.ttlTooLong))
        let patient = entry(ttl: .hours(6), contents: try contents())
        #expect(catalog.accept(patient.bytes, at: moment(0)).accepted != nil)

        let names = (0..<70).map { String(repeating: "m", count: 240) + "\($0)" }
        let large = entry(by: identity(2), contents: try contents(names))
        #expect(large.bytes.count > catalog.settings.entryLength)
        #expect(catalog.accept(large.bytes, at: moment(0)) == .refused(.oversized))
        let valid = entry(by: identity(3), contents: try contents()).bytes
        #expect(catalog.accept([], at: moment(0)) == .refused(.malformed))
        #expect(catalog.accept(Array(valid.dropLast()), at: moment(0)) == .refused(.malformed))
        #expect(catalog.accept(valid + [0], at: moment(0)) == .refused(.malformed))
        #expect(catalog.recordCount == 1)
    }

    @Test func nothingComesBackAfterATombstone() throws {
        var catalog = Catalog()
        let live = entry(sequence: 1, ttl: .hours(6), contents: try contents())
        let end = tombstone(sequence: 2)
        _ = catalog.accept(end.bytes, at: moment(0))
        for time in stride(from: UInt64(0), through: 6 * 3_600 + 240, by: 60) {
            _ = catalog.expire(at: moment(time).wall)
            let acceptance = catalog.accept(live.bytes, at: moment(time))
            #expect(acceptance == .refused(.stale) || acceptance == .refused(.expired))
        }
        #expect(catalog.entries.isEmpty)
    }

    @Test func nothingOlderComesBackAfterExpiry() throws {
        var catalog = Catalog()
        let long = entry(sequence: 1, ttl: .hours(6), contents: try contents(["old"]))
        let short = entry(sequence: 2, ttl: .seconds(30), contents: try contents(["new"]))
        _ = catalog.accept(short.bytes, at: moment(0))
        #expect(catalog.expire(at: moment(30).wall) == [.removed(host.peerID)])
        for time in stride(from: UInt64(30), through: 6 * 3_600 + 240, by: 60) {
            _ = catalog.expire(at: moment(time).wall)
            #expect(catalog.accept(long.bytes, at: moment(time)).accepted == nil)
        }
        _ = catalog.expire(at: moment(30 + 120 + 6 * 3_600 + 240).wall)
        #expect(catalog.recordCount == 0)
        #expect(catalog.nextExpiry == nil)
    }

    @Test func equivocationEndsAlikeInEitherOrder() throws {
        let one = entry(sequence: 5, contents: try contents(["a"]))
        let other = entry(sequence: 5, contents: try contents(["b"]))
        let winner = one.id < other.id ? one : other
        let loser = one.id < other.id ? other : one
        var forward = Catalog()
        _ = forward.accept(winner.bytes, at: moment(0))
        #expect(forward.accept(loser.bytes, at: moment(0)) == .refused(.equivocation))
        var backward = Catalog()
        _ = backward.accept(loser.bytes, at: moment(0))
        #expect(backward.accept(winner.bytes, at: moment(0)).accepted != nil)
        #expect(forward.entries == [winner])
        #expect(backward.entries == [winner])
        #expect(forward.fingerprint == backward.fingerprint)
    }

    @Test func originsAreHeldToARate() throws {
        var settings = GossipSettings()
        settings.originBurst = 3
        settings.originInterval = .seconds(10)
        var catalog = Catalog(settings)
        for sequence in 1...3 as ClosedRange<UInt64> {
            let change = entry(sequence: sequence, contents: try contents())
            #expect(catalog.accept(change.bytes, at: moment(0)).accepted != nil)
        }
        let fourth = entry(sequence: 4, contents: try contents())
        #expect(catalog.accept(fourth.bytes, at: moment(0)) == .refused(.rateLimited(origin: host.peerID)))
        #expect(catalog.accept(tombstone(sequence: 5).bytes, at: moment(0)).accepted != nil)
        let sixth = entry(sequence: 6, contents: try contents())
        #expect(catalog.accept(sixth.bytes, at: moment(9)) == .refused(.rateLimited(origin: host.peerID)))
        #expect(catalog.accept(sixth.bytes, at: moment(10)).accepted != nil)
    }

    @Test func ownEntryAlwaysFindsRoom() throws {
        var settings = GossipSettings()
        settings.liveCapacity = 1
        var catalog = Catalog(mesh: testMesh, owner: host.peerID, settings: settings)
        _ = catalog.accept(entry(by: identity(2), contents: try contents()).bytes, at: moment(0))
        #expect(catalog.accept(entry(by: host, contents: try contents()).bytes, at: moment(0)).accepted != nil)
    }

    @Test func oldestMemoryMakesRoom() throws {
        var settings = GossipSettings()
        settings.recordCapacity = 2
        var catalog = Catalog(settings)
        for number in 1...2 as ClosedRange<UInt64> {
            let brief = entry(by: identity(number), ttl: .seconds(10 * number), contents: try contents())
            #expect(catalog.accept(brief.bytes, at: moment(0)).accepted != nil)
        }
        let third = entry(by: identity(3), issued: moment(1), contents: try contents())
        #expect(catalog.accept(third.bytes, at: moment(1)) == .refused(.full))
        _ = catalog.expire(at: moment(200).wall)
        #expect(catalog.accept(third.bytes, at: moment(200)).accepted != nil)
        #expect(catalog.recordCount == 2)
        #expect(catalog.ref(of: identity(1).peerID) == nil)
        #expect(catalog.ref(of: identity(2).peerID) != nil)
    }

    @Test func indexesFollowTheEntries() throws {
        var catalog = Catalog()
        let both = try EntryContents(services: [offer("mcp:files", models: []), offer(models: ["a", "b"])])
        _ = catalog.accept(entry(by: identity(1), contents: both).bytes, at: moment(0))
        _ = catalog.accept(entry(by: identity(2), contents: try contents(["b", "c"])).bytes, at: moment(0))
        func peers(_ refs: [EntryRef]) -> Set<PeerID> { Set(refs.compactMap { catalog[$0]?.peer }) }
        let (first, second) = (identity(1).peerID, identity(2).peerID)
        #expect(catalog.models == ["a", "b", "c"])
        #expect(peers(catalog.entries(serving: "b")) == [first, second])
        #expect(peers(catalog.entries(serving: "c")) == [second])
        #expect(peers(catalog.entries(of: .mcp)) == [first])
        #expect(peers(catalog.entries(of: .a2a)) == [])
        #expect(peers(catalog.entries(offering: try name("inference:openrouter"))) == [first, second])
        #expect(catalog.services == [try name("mcp:files"), try name("inference:openrouter")])
        _ = catalog.expire(at: moment(3_600).wall)
        #expect(catalog.models.isEmpty && catalog.services.isEmpty && catalog.entries.isEmpty)
    }

    @Test func snapshotIsVerifiedAgain() throws {
        var catalog = Catalog()
        for number in 1...5 as ClosedRange<UInt64> {
            _ = catalog.accept(entry(by: identity(number), contents: try contents()).bytes, at: moment(0))
        }
        var stored = catalog.snapshot
        stored[2] = flipped(stored[2], at: 100)
        var restored = Catalog()
        #expect(restored.restore(stored, at: moment(60)) == 1)
        #expect(restored.liveCount == 4)
        var late = Catalog()
        #expect(late.restore(catalog.snapshot, at: moment(3_600 + 120)) == 5)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func orderOfArrivalDoesNotMatter(seed: UInt64) throws {
        print("arrival seed \(seed)")
        var random = RandomSource(seed: seed)
        var settings = GossipSettings()
        settings.originBurst = 1_000
        var arrivals: [CatalogEntry] = []
        for number in 1...6 as ClosedRange<UInt64> {
            for sequence in 1...5 as ClosedRange<UInt64> {
                let isEnd = random.below(4) == 0
                let said = isEnd ? nil : try contents(["m\(random.below(9))"])
                arrivals.append(entry(by: identity(number), sequence: sequence, contents: said))
                arrivals.append(entry(by: identity(number), sequence: sequence, contents: try contents(["twin"])))
            }
        }
        var fingerprints: Set<RangeFingerprint> = []
        var lists: Set<[CatalogEntry]> = []
        for _ in 0..<10 {
            random.shuffle(&arrivals)
            var catalog = Catalog(settings)
            for arrival in arrivals { _ = catalog.accept(arrival.bytes, at: moment(0)) }
            fingerprints.insert(catalog.fingerprint)
            lists.insert(catalog.entries)
        }
        #expect(fingerprints.count == 1)
        #expect(lists.count == 1)
    }
}

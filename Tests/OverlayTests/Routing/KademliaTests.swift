import Testing

@testable import Overlay

@Suite struct KademliaTests {
    /// Everybody knows everybody, when there are few enough for every bucket.
    private func knowEachOther(_ network: KademliaNetwork) -> Bool {
        let live = network.nodes.indices.filter { !network.dead.contains($0) }
        return live.allSatisfy { number in
            let known = Set(network.nodes[number].table.entries.map { network.nodes[number].peers[$0.peer].peer })
            return live.allSatisfy { $0 == number || known.contains(network.nodes[$0].own.peer) }
        }
    }

    @Test(arguments: 1...3) func aFewFindEachOtherThroughOne(seed: UInt64) throws {
        print("seed \(seed)")
        var network = try KademliaNetwork(size: 16, seed: seed)
        for number in 1..<16 { network.join(number, through: 0) }
        network.run(for: .seconds(20))
        #expect(knowEachOther(network))
        #expect(network.nodes.allSatisfy { $0.estimatedNetworkSize == 16 })
        #expect(network.drops.isEmpty)
        let exact = network.exactLookups(rounds: 5)
        #expect(exact == 5)
    }

    @Test func twoFindEachOther() throws {
        var network = try KademliaNetwork(size: 2, seed: 9)
        network.join(0, through: 1)
        network.run(for: .seconds(1))
        #expect(knowEachOther(network))
    }

    @Test func manyFindEachOtherThroughOne() throws {
        var network = try KademliaNetwork(size: 80, seed: 101)
        for number in 1..<80 {
            network.join(number, through: 0)
            network.run(for: .milliseconds(200))
        }
        network.run(for: .minutes(1))
        let sizes = network.nodes.map(\.table.count)
        print("80 nodes: tables of", sizes.min() ?? 0, "to", sizes.max() ?? 0, "dials", network.dials)
        let exact = network.exactLookups(rounds: 15)
        #expect(exact == 15)
        #expect(network.drops.isEmpty)
    }

    @Test func survivesTheDeathOfTheFirstAndOfAFifth() throws {
        var network = try KademliaNetwork(size: 40, seed: 21)
        for number in 1..<40 { network.join(number, through: 0) }
        network.run(for: .minutes(2))
        for number in 0..<8 { network.kill(number) }
        let exact = network.exactLookups(rounds: 15)
        #expect(exact == 15)
        network.run(for: .hours(3))
        let deadPeers = Set((0..<8).map { network.nodes[$0].own.peer })
        for number in 8..<40 {
            let node = network.nodes[number]
            #expect(!node.table.entries.contains { deadPeers.contains(node.peers[$0.peer].peer) })
        }
    }

    @Test func anIdleMeshSaysLittle() throws {
        var network = try KademliaNetwork(size: 30, seed: 22)
        for number in 1..<30 { network.join(number, through: 0) }
        network.run(for: .minutes(10))
        let (bytes, dials) = (network.bytesSent, network.dials)
        network.run(for: .hours(1))
        let rate = Double(network.bytesSent - bytes) / 3_600 / 30
        print("idle: \(rate) bytes/s and node, \(network.dials - dials) dials")
        #expect(rate < 50)
        #expect(network.dials == dials)
    }

    @Test func isTheSameEveryTime() throws {
        func trace() throws -> [Int] {
            var network = try KademliaNetwork(size: 20, seed: 23)
            for number in 1..<20 { network.join(number, through: 0) }
            network.run(for: .minutes(30))
            return [network.bytesSent, network.messagesSent, network.dials] + network.nodes.map(\.table.count)
        }
        #expect(try trace() == trace())
    }

    @Test func renewsItsContactAtHalfLife() throws {
        var network = try KademliaNetwork(size: 3, seed: 24)
        for number in 1..<3 { network.join(number, through: 0) }
        network.run(for: .hours(5))
        #expect(network.nodes.allSatisfy { $0.own.contact.sequence == 1 })
        network.run(for: .hours(2))
        #expect(network.nodes.allSatisfy { $0.own.contact.sequence == 2 })
        let peer = network.nodes[1].own.peer
        #expect(network.nodes[0].contact(of: peer)?.contact.sequence == 2)
        network.run(for: .hours(24))
        #expect(network.nodes.allSatisfy { $0.own.contact.sequence == 6 })
        #expect(knowEachOther(network))
    }

    // MARK: - One value, by hand

    private struct Bench {
        var fixtures: RoutingFixtures
        var node: Kademlia
        var actions: [KademliaAction] = []

        init(seed: UInt64, settings: KademliaSettings = KademliaSettings()) throws {
            fixtures = RoutingFixtures(seed: seed)
            node = Kademlia(own: try fixtures.record(), settings: settings, random: fixtures.random.fork())
        }

        mutating func act(
            at span: TimeSpan = .zero, _ body: (inout Kademlia, Moment, inout [KademliaAction]) -> Void
        ) -> [KademliaAction] {
            actions = []
            body(&node, RoutingFixtures.moment(span), &actions)
            return actions
        }

        mutating func admit(_ record: ContactRecord, at span: TimeSpan = .zero) -> [KademliaAction] {
            act(at: span) {
                $0.linkAdmitted(record.peer, record: record.bytes, roundTrip: nil, at: $1, into: &$2)
            }
        }

        mutating func receive(_ message: KademliaMessage, from peer: PeerID, at span: TimeSpan = .zero)
            -> [KademliaAction]
        {
            act(at: span) { $0.receive(message, from: peer, at: $1, into: &$2) }
        }

        /// The number of the last question sent to `peer`.
        func lastRequest(to peer: PeerID) -> UInt32? {
            for case .send(.findNode(let request, _, _, _), to: peer) in actions.reversed() { return request }
            return nil
        }

        mutating func admitAndAnswer(_ record: ContactRecord) throws {
            _ = admit(record)
            let request = try #require(lastRequest(to: record.peer))
            _ = receive(.nodes(request: request, records: []), from: record.peer)
        }
    }

    private func drops(_ actions: [KademliaAction]) -> [KademliaDrop] {
        actions.compactMap { if case .drop(let drop, _) = $0 { drop } else { nil } }
    }

    @Test func answersOnlyAdmittedPeers() throws {
        var bench = try Bench(seed: 1)
        let stranger = try bench.fixtures.record()
        let question = KademliaMessage.findNode(request: 5, target: stranger.key, count: 20)
        #expect(bench.receive(question, from: stranger.peer) == [.drop(.notAdmitted, from: stranger.peer)])
        _ = bench.admit(stranger)
        let answer = KademliaMessage.nodes(request: 5, records: [])
        #expect(bench.receive(question, from: stranger.peer) == [.send(answer, to: stranger.peer)])
        _ = bench.act { $0.linkLost(stranger.peer, at: $1, into: &$2) }
        #expect(drops(bench.receive(question, from: stranger.peer)) == [.notAdmitted])
    }

    @Test func aPeerEntersOnlyAfterItAnswered() throws {
        var bench = try Bench(seed: 2)
        let record = try bench.fixtures.record()
        _ = bench.admit(record)
        #expect(bench.node.table.isEmpty)
        let request = try #require(bench.lastRequest(to: record.peer))
        _ = bench.receive(.nodes(request: request &+ 1, records: []), from: record.peer)
        #expect(bench.node.table.isEmpty)
        _ = bench.receive(.nodes(request: request, records: []), from: record.peer)
        #expect(bench.node.table.count == 1)
        #expect(drops(bench.receive(.nodes(request: request, records: []), from: record.peer)) == [.unsolicited])
    }

    @Test func answersWithSignedBytesOfTheNearestLivePeers() throws {
        var bench = try Bench(seed: 3)
        let records = try bench.fixtures.records(60)
        for record in records { try bench.admitAndAnswer(record) }
        let known = bench.node.table.entries.map { bench.node.peers[$0.peer] }
        let asker = known[0]
        let target = bench.fixtures.key()
        let expected = known.filter { $0 != asker }.nearest(to: target, count: 20)
        let question = KademliaMessage.findNode(request: 9, target: target, count: 20)
        let answer = KademliaMessage.nodes(request: 9, records: expected.map(\.bytes))
        #expect(bench.receive(question, from: asker.peer) == [.send(answer, to: asker.peer)])
        let late = bench.receive(question, from: asker.peer, at: .hours(13))
        #expect(late == [.send(.nodes(request: 9, records: []), to: asker.peer)], "expired records are not named")
    }

    @Test func forgedRecordsAreNotBelieved() throws {
        var bench = try Bench(seed: 4)
        let peer = try bench.fixtures.record()
        _ = bench.admit(peer)
        let request = try #require(bench.lastRequest(to: peer.peer))
        let good = try bench.fixtures.record()
        var forged = try bench.fixtures.record().bytes
        forged[forged.count - 1] ^= 1
        let old = try RoutingFixtures.record(
            bench.fixtures.identity(), at: RoutingFixtures.start - .hours(20), ttl: .hours(1))
        let answer = [good.bytes, old.bytes, [1, 2, 3], forged, try bench.fixtures.record().bytes]
        let actions = bench.receive(.nodes(request: request, records: answer), from: peer.peer)
        let expired = ContactRefusal.expired(.hours(19))
        #expect(
            drops(actions) == [
                .badRecord(expired), .badRecord(.malformed(.truncated)), .badRecord(.badSignature),
            ])
        let dialed = actions.compactMap { if case .connect(let contact) = $0 { contact.peer } else { nil } }
        #expect(dialed == [good.peer])
    }

    @Test func aContactIsOnlyTakenFromItsOwner() throws {
        var bench = try Bench(seed: 5)
        let (peer, other) = (try bench.fixtures.record(), try bench.fixtures.record())
        _ = bench.admit(peer)
        #expect(drops(bench.receive(.contact(record: other.bytes), from: peer.peer)) == [.foreignContact])
        #expect(bench.node.contact(of: other.peer) == nil)
    }

    @Test func whoMovesToAnotherNetworkAnswersAgainFirst() throws {
        var bench = try Bench(seed: 6)
        let identity = bench.fixtures.identity()
        try bench.admitAndAnswer(RoutingFixtures.record(identity, addresses: ["/ip4/8.8.8.8/tcp/1"]))
        #expect(bench.node.table.count == 1)
        let other = try bench.fixtures.record()
        _ = bench.admit(other)
        let request = try #require(bench.lastRequest(to: other.peer))
        let moved = try RoutingFixtures.record(identity, sequence: 2, addresses: ["/ip4/9.9.9.9/tcp/1"])
        _ = bench.receive(.nodes(request: request, records: [moved.bytes]), from: other.peer)
        #expect(bench.node.contact(of: identity.peerID) == moved)
        #expect(!bench.node.table.entries.contains { bench.node.peers[$0.peer].peer == identity.peerID })
    }

    @Test func throttlesWhoAsksTooMuch() throws {
        var bench = try Bench(seed: 7)
        let peer = try bench.fixtures.record()
        _ = bench.admit(peer)
        let question = KademliaMessage.findNode(request: 1, target: peer.key, count: 20)
        var answers = 0
        for _ in 0..<1_000 { answers += drops(bench.receive(question, from: peer.peer)).isEmpty ? 1 : 0 }
        #expect(answers == 200)
        #expect(drops(bench.receive(question, from: peer.peer, at: .seconds(1))).isEmpty)
    }

    @Test func lookupsBeyondTheLimitAreRefused() throws {
        var settings = KademliaSettings()
        settings.lookups = 2
        var bench = try Bench(seed: 8, settings: settings)
        for record in try bench.fixtures.records(3) { try bench.admitAndAnswer(record) }
        var ends: [LookupResult.End] = []
        for id in 0..<3 as Range<UInt64> {
            let target = bench.fixtures.key()
            for case .lookupFinished(_, let result) in bench.act({
                $0.lookup(target, id: LookupID(id), at: $1, into: &$2)
            }) {
                ends.append(result.end)
            }
        }
        #expect(ends.allSatisfy { $0 == .busy } && !ends.isEmpty)
    }

    @Test func deadPeersEndALookup() throws {
        var bench = try Bench(seed: 9)
        let records = try bench.fixtures.records(5)
        for record in records {
            _ = bench.act { $0.learned(record.bytes, from: nil, at: $1, into: &$2) }
        }
        let target = bench.fixtures.key()
        var queue = bench.act { $0.lookup(target, id: LookupID(1), at: $1, into: &$2) }
        var dialed: [PeerID] = []
        var result: LookupResult?
        while !queue.isEmpty {
            switch queue.removeFirst() {
            case .connect(let contact):
                dialed.append(contact.peer)
                queue += bench.act(at: .seconds(1)) { $0.dialFailed(contact.peer, at: $1, into: &$2) }
            case .lookupFinished(_, let finished): result = finished
            default: break
            }
        }
        #expect(Set(dialed) == Set(records.map(\.peer)) && dialed.count == 5)
        #expect(result == nil, "somebody else may come")
        let limit = bench.node.settings.firstPeerLimit
        for case .lookupFinished(_, let finished) in bench.act(at: limit, { $0.wake(at: $1, into: &$2) }) {
            result = finished
        }
        #expect(result?.closest.isEmpty == true && result?.end == .noPeer)
        #expect(result?.counters.failures == 5)
        #expect(bench.node.peers.count == 0)
    }

    /// What a lookup did about one peer that is silent and cannot be dialed. The node's upkeep dials it, too.
    private struct VainSearch {
        var asks = 0
        var dials = 0
        var end = TimeSpan.zero
    }

    /// Searches a silent peer, whom a neighbour names, to the end. Dials of it fail, or no link is to be had at all.
    private func search(
        _ record: ContactRecord, namedBy neighbor: PeerID, id: UInt64, at start: TimeSpan, isRefused: Bool,
        in bench: inout Bench
    ) -> VainSearch {
        var search = VainSearch(end: start)
        var queue = bench.act(at: start) { $0.lookup(record.key, id: LookupID(id), at: $1, into: &$2) }
        while search.end < start + .seconds(30) {
            while !queue.isEmpty {
                switch queue.removeFirst() {
                case .ask(.findNode(_, record.key, _, _), record.peer, _, _): search.asks += 1
                case .send(.findNode(let request, _, _, _), neighbor):
                    let answer = KademliaMessage.nodes(request: request, records: [record.bytes])
                    queue += bench.receive(answer, from: neighbor, at: search.end)
                case .connect(let contact):
                    search.dials += 1
                    queue += bench.act(at: search.end) {
                        if isRefused {
                            $0.dialRefused(contact.peer, at: $1, into: &$2)
                        } else {
                            $0.dialFailed(contact.peer, at: $1, into: &$2)
                        }
                    }
                case .lookupFinished(LookupID(id), _): return search
                default: break
                }
            }
            search.end = max(search.end, bench.node.nextDeadline.since(.zero))
            queue = bench.act(at: search.end) { $0.wake(at: $1, into: &$2) }
        }
        Issue.record("the lookup does not end")
        return search
    }

    @Test func whoNeverAnsweredIsAskedByDatagramWhenNoLinkIsToBeHad() throws {
        var bench = try Bench(seed: 19)
        let record = try bench.fixtures.record(addresses: ["/ip4/127.0.0.1/tcp/4001", "/ip4/127.0.0.1/udp/4001"])
        let friend = try bench.fixtures.record()
        try bench.admitAndAnswer(friend)

        let first = search(record, namedBy: friend.peer, id: 1, at: .zero, isRefused: false, in: &bench)
        #expect(first.asks >= KademliaSettings().tries, "as a stranger")
        let second = search(
            record, namedBy: friend.peer, id: 2, at: first.end + .seconds(1), isRefused: true, in: &bench)
        #expect(second.asks == 1, "briefly, for it was silent a moment ago: \(second)")
        let later = second.end + KademliaSettings().failureMemory + .seconds(1)
        let third = search(record, namedBy: friend.peer, id: 3, at: later, isRefused: true, in: &bench)
        #expect(
            third.dials > 0 && third.asks >= KademliaSettings().tries,
            "a link first, a datagram when there is none: \(third)")
    }

    @Test func whoIsSilentIsGivenUp() throws {
        var bench = try Bench(seed: 10)
        let record = try bench.fixtures.record()
        try bench.admitAndAnswer(record)
        let target = bench.fixtures.key()
        _ = bench.act { $0.lookup(target, id: LookupID(1), at: $1, into: &$2) }
        var finished: [KademliaAction] = []
        var now = TimeSpan.zero
        while finished.isEmpty, now < .seconds(10) {
            now = max(now, bench.node.nextDeadline.since(.zero))
            finished = bench.act(at: now) { $0.wake(at: $1, into: &$2) }.filter {
                if case .lookupFinished = $0 { true } else { false }
            }
        }
        guard case .lookupFinished(_, let result) = finished.first else {
            Issue.record("the lookup waits for ever")
            return
        }
        #expect(result.counters.timeouts == 1)
        #expect(now <= .seconds(1))
    }

    @Test func whatALostLinkLeftOpenIsAskedOnceMore() throws {
        var bench = try Bench(seed: 12)
        let record = try bench.fixtures.record()
        try bench.admitAndAnswer(record)
        let target = bench.fixtures.key()
        _ = bench.act { $0.lookup(target, id: LookupID(1), at: $1, into: &$2) }
        #expect(bench.lastRequest(to: record.peer) != nil)

        let afterLoss = bench.act { $0.linkLost(record.peer, at: $1, into: &$2) }
        #expect(afterLoss == [.connect(record.contact)])
        #expect(bench.node.table.entries.first?.isLive == true)
        _ = bench.admit(record)
        let repeated = try #require(bench.lastRequest(to: record.peer))
        #expect(repeated > 0)

        // Who closes again and again does not answer.
        let finished = bench.act { $0.linkLost(record.peer, at: $1, into: &$2) }.contains {
            if case .lookupFinished = $0 { true } else { false }
        }
        #expect(finished)
        #expect(bench.node.table.entries.first?.isLive == false)
    }

    @Test func joinsAgainWhenEverybodyIsGone() throws {
        var bench = try Bench(seed: 11)
        let record = try bench.fixtures.record()
        try bench.admitAndAnswer(record)
        _ = bench.act { $0.linkLost(record.peer, at: $1, into: &$2) }
        var (now, dials) = (TimeSpan.zero, 0)
        for _ in 0..<300 {
            now = max(now, bench.node.nextDeadline.since(.zero))
            for case .connect(let contact) in bench.act(at: now, { $0.wake(at: $1, into: &$2) }) {
                dials += 1
                _ = bench.act(at: now) { $0.dialFailed(contact.peer, at: $1, into: &$2) }
            }
        }
        #expect(bench.node.table.isEmpty)
        #expect(dials >= 3)
        let fresh = try bench.fixtures.record()
        _ = bench.act(at: now) { $0.learned(fresh.bytes, from: nil, at: $1, into: &$2) }
        var connected: [PeerID] = []
        for _ in 0..<3 {
            now = max(now, bench.node.nextDeadline.since(.zero))
            for case .connect(let contact) in bench.act(at: now, { $0.wake(at: $1, into: &$2) }) {
                connected.append(contact.peer)
            }
        }
        #expect(connected == [fresh.peer])
    }

    @Test(arguments: 1...10) func survivesRandomEvents(seed: UInt64) throws {
        print("seed \(seed)")
        var settings = KademliaSettings()
        settings.peers = 30
        settings.candidates = 8
        settings.dials = 4
        settings.questions = 12
        settings.lookups = 3
        settings.failures = 5
        var bench = try Bench(seed: 1_000 + seed, settings: settings)
        let records = try bench.fixtures.records(50)
        var random = bench.fixtures.random.fork()
        var now = TimeSpan.zero
        for step in 0..<600 {
            now = now + .milliseconds(UInt64(random.below(3_000)))
            let record = records[random.below(records.count)]
            let some = (0..<random.below(25)).map { _ in records[random.below(records.count)].bytes }
            let request = UInt32(random.below(step + 1))
            switch random.below(10) {
            case 0: _ = bench.admit(record, at: now)
            case 1: _ = bench.act(at: now) { $0.linkLost(record.peer, at: $1, into: &$2) }
            case 2: _ = bench.act(at: now) { $0.dialFailed(record.peer, at: $1, into: &$2) }
            case 3: _ = bench.act(at: now) { $0.learned(record.bytes, from: nil, at: $1, into: &$2) }
            case 4: _ = bench.receive(.contact(record: record.bytes), from: record.peer, at: now)
            case 5: _ = bench.receive(.findNode(request: request, target: record.key, count: 20), from: record.peer)
            case 6: _ = bench.act(at: now) { $0.queryFailed(request: request, to: record.peer, at: $1, into: &$2) }
            case 7: _ = bench.act(at: now) { $0.lookup(record.key, id: LookupID(UInt64(step)), at: $1, into: &$2) }
            case 8:
                for (request, pending) in bench.node.questions where random.below(2) == 0 {
                    _ = bench.receive(.nodes(request: request, records: some), from: pending.peer, at: now)
                }
            default: _ = bench.act(at: now) { $0.wake(at: $1, into: &$2) }
            }
            #expect(bench.node.peers.count <= 30 && bench.node.dials.count <= 4)
            #expect(bench.node.questions.count <= 12 && bench.node.candidates.peers.count <= 8)
            #expect(bench.node.lookups.count <= 3)
        }
        for record in records {
            _ = bench.act(at: now) { $0.linkLost(record.peer, at: $1, into: &$2) }
            _ = bench.act(at: now) { $0.dialFailed(record.peer, at: $1, into: &$2) }
        }
        let held = bench.node.table.buckets.reduce(0) { $0 + $1.entries.count + $1.waiting.count }
        let candidates = Set(bench.node.candidates.peers)
        let extra = candidates.count { bench.node.table.entry($0, peers: bench.node.peers) == nil }
        #expect(bench.node.peers.count <= held + extra, "nothing is held that nobody refers to")
    }
}

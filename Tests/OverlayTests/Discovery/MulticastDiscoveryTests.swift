import Testing

@testable import Overlay

/// Nodes that find each other on a network segment, in virtual time.
struct MulticastDiscoveryTests {
    private static let seeds = 0..<UInt64(30)
    private static let settings = MulticastSettings()
    private static let source = IPAddress.v4(0x0a00_00fe)

    private func message(_ change: (inout DNSMessage) throws -> Void) throws -> [UInt8] {
        var message = DNSMessage()
        try change(&message)
        return try message.encoded()
    }

    private func query(_ name: String = "_sam-mesh._udp.local", _ type: DNSType = .pointer) throws -> [UInt8] {
        try message { $0.questions = [DNSQuestion(try DNSName(name), type)] }
    }

    /// What a node would say of itself, as text strings.
    private func statement(
        named name: String = "x._sam-mesh._udp.local", mesh: UInt8 = 1, ttl: UInt32 = 4_500, _ addresses: String...
    ) throws -> [UInt8] {
        let id = String(repeating: "0\(mesh)", count: 32)
        let strings = ["mesh=\(id)"] + addresses.map { "dnsaddr=\($0)" }
        return try message {
            $0.flags = DNSMessage.responseFlags
            $0.answers = [DNSRecord(try DNSName(name), .text(strings.map { Array($0.utf8) }), timeToLive: ttl)]
        }
    }

    private func address(_ ip: String = "10.0.0.77", _ peer: UInt8 = 9) -> String {
        "/ip4/\(ip)/tcp/5002/p2p/\(Segment.peer(peer))"
    }

    @Test(arguments: seeds) func nodesOfAMeshFindEachOther(seed: UInt64) throws {
        var segment = Segment()
        for _ in 0..<4 { try segment.add(seed: seed) }
        try segment.add(mesh: 2, seed: seed)
        segment.run(for: .milliseconds(300))
        for (number, member) in segment.members.enumerated() {
            let others = Set((0..<4).filter { $0 != number }.map { Segment.peer(UInt8($0 + 1)) })
            #expect(Set(member.found.map(\.peer)) == (number == 4 ? [] : others), "seed \(seed), node \(number)")
        }
        let found = try #require(segment.members[0].found.first { $0.peer == Segment.peer(2) })
        #expect(found.addresses.map(\.text) == ["/ip4/10.0.0.2/tcp/5002/p2p/\(Segment.peer(2))"])
    }

    @Test func aLateComerIsFoundAtOnce() throws {
        var segment = Segment()
        try segment.add(seed: 1)
        segment.run(for: .minutes(30))
        try segment.add(seed: 1)
        segment.run(for: .milliseconds(300))
        #expect(segment.members[0].found.map(\.peer) == [Segment.peer(2)])
        #expect(segment.members[1].found.map(\.peer) == [Segment.peer(1)])
    }

    @Test func aNodeThatCannotBeDialedOnlyAsks() throws {
        var segment = Segment()
        try segment.add(port: nil, seed: 1)
        try segment.add(seed: 1)
        segment.run(for: .minutes(1))
        #expect(segment.members[0].found.contains { $0.peer == Segment.peer(2) })
        #expect(segment.members[1].found.isEmpty)
        #expect(segment.sent.filter { $0.member == 0 }.allSatisfy { !$0.message.isResponse })
    }

    @Test(arguments: seeds) func queriesKeepTheIntervals(seed: UInt64) throws {
        var segment = Segment()
        try segment.add(port: nil, seed: seed)
        let start = segment.now
        segment.run(for: .hours(3))
        let times = segment.sent.map(\.at)
        #expect(
            (TimeSpan.milliseconds(20)...TimeSpan.milliseconds(120)).contains(times[0].since(start)), "seed \(seed)")
        let gaps = zip(times, times.dropFirst()).map { $1.since($0) }
        #expect(gaps[0] >= .seconds(1), "seed \(seed)")
        for (gap, next) in zip(gaps, gaps.dropFirst()).prefix(9) {
            #expect(next.nanoseconds > gap.nanoseconds / 10 * 16, "seed \(seed)")
        }
        #expect(gaps.allSatisfy { $0 <= .minutes(12) } && gaps.count > 15, "seed \(seed)")
    }

    @Test(arguments: seeds) func answersWaitAndAreNotRepeatedWithinASecond(seed: UInt64) throws {
        var segment = Segment()
        try segment.add(seed: seed)
        segment.run(for: .minutes(1))
        let before = segment.sent.count
        for _ in 0..<100 {
            segment.deliver(try query(), from: Self.source)
            segment.run(for: .milliseconds(50))
        }
        let answers = segment.sent.dropFirst(before).filter(\.message.isResponse)
        #expect((4...6).contains(answers.count), "seed \(seed): \(answers.count)")
        for (earlier, later) in zip(answers, answers.dropFirst()) {
            #expect(later.at.since(earlier.at) >= .seconds(1), "seed \(seed)")
        }
    }

    @Test(arguments: seeds) func anAnswerComesAfterADrawnDelay(seed: UInt64) throws {
        var segment = Segment()
        try segment.add(seed: seed)
        segment.run(for: .minutes(1))
        let before = segment.sent.count
        let asked = segment.now
        segment.deliver(try query(), from: Self.source)
        segment.run(for: .milliseconds(200))
        let answer = try #require(segment.sent.dropFirst(before).first { $0.message.isResponse })
        #expect((TimeSpan.milliseconds(20)...TimeSpan.milliseconds(120)).contains(answer.at.since(asked)))
        #expect(answer.message.answers.count == 1 && answer.message.additionals.count == 1)
        #expect(answer.message.questions.isEmpty && answer.message.id == 0)
    }

    @Test func whatIsKnownIsNotAnswered() throws {
        var segment = Segment()
        try segment.add(seed: 1)
        segment.run(for: .minutes(1))
        let announced = try #require(segment.sent.first { $0.message.isResponse }).message
        for (ttl, isAnswered) in [(UInt32(2_250), false), (2_249, true)] {
            var known = try #require(announced.answers.first)
            known.timeToLive = ttl
            let before = segment.sent.count
            segment.deliver(
                try message {
                    $0.questions = [DNSQuestion(try DNSName("_sam-mesh._udp.local"), .pointer)]
                    $0.answers = [known]
                }, from: Self.source)
            segment.run(for: .seconds(2))
            #expect(segment.sent.dropFirst(before).contains { $0.message.isResponse } == isAnswered)
        }
    }

    @Test func restOfAListOfKnownAnswersIsAwaited() throws {
        var segment = Segment()
        try segment.add(seed: 1)
        segment.run(for: .minutes(1))
        let known = try #require(segment.sent.first { $0.message.isResponse }?.message.answers.first)
        let truncated = try message {
            $0.flags = 0x0200
            $0.questions = [DNSQuestion(try DNSName("_sam-mesh._udp.local"), .pointer)]
        }
        let rest = try message { $0.answers = [known] }
        for (other, isAnswered) in [(Self.source, false), (IPAddress.v4(0x0a00_00fd), true)] {
            let before = segment.sent.count
            segment.deliver(truncated, from: Self.source)
            segment.run(for: .milliseconds(380))
            #expect(segment.sent.count == before)
            segment.deliver(rest, from: other)
            segment.run(for: .seconds(2))
            #expect(segment.sent.dropFirst(before).contains { $0.message.isResponse } == isAnswered)
        }
    }

    @Test func aQuerierNamesWhatItKnows() throws {
        var segment = Segment()
        try segment.add(seed: 1)
        try segment.add(seed: 1)
        segment.run(for: .minutes(10))
        let last = try #require(segment.sent.last { $0.member == 0 && !$0.message.isResponse })
        #expect(last.message.answers.count == 2, "the other's name and its own")
        // Ten minutes of queries were answered by announcements alone, or nearly so.
        #expect(segment.sent.count { $0.member == 1 && $0.message.isResponse } < 8)
    }

    @Test(arguments: [
        ("_services._dns-sd._udp.local", DNSType.pointer, 1), ("_sam-mesh._udp.local", .any, 1),
        ("_SAM-MESH._UDP.LOCAL", .pointer, 1), ("_sam-mesh._udp.local", .text, 0), ("_http._tcp.local", .pointer, 0),
    ])
    func onlyItsOwnNamesAreAnswered(name: String, type: DNSType, count: Int) throws {
        var segment = Segment()
        try segment.add(seed: 1)
        segment.run(for: .minutes(1))
        let before = segment.sent.count
        segment.deliver(try query(name, type), from: Self.source)
        segment.run(for: .seconds(1))
        #expect(segment.sent.dropFirst(before).count { $0.message.isResponse } == count)
    }

    @Test func aNodeThatGoesSaysSo() throws {
        var segment = Segment()
        try segment.add(seed: 1)
        try segment.add(seed: 1)
        segment.run(for: .seconds(5))
        segment.enter(0) { discovery, _, outbox in discovery.leave(into: &outbox) }
        #expect(segment.members[1].left == [Segment.peer(1)])
        let goodbye = try #require(segment.sent.last)
        #expect(goodbye.message.answers.allSatisfy { $0.timeToLive == 0 })
        let before = segment.sent.count
        segment.run(for: .hours(1))
        #expect(segment.sent.dropFirst(before).allSatisfy { $0.member == 1 })
        #expect(segment.members[0].discovery.nextDeadline == .distantFuture)
    }

    @Test func aNodeThatWasNeverAnnouncedSaysNoGoodbye() throws {
        var segment = Segment()
        try segment.add(port: nil, seed: 1)
        segment.run(for: .seconds(5))
        let before = segment.sent.count
        segment.enter(0) { discovery, _, outbox in discovery.leave(into: &outbox) }
        #expect(segment.sent.count == before)
    }

    @Test func newAddressesAreAnnounced() throws {
        var segment = Segment()
        try segment.add(seed: 1)
        try segment.add(port: nil, seed: 1)
        segment.run(for: .minutes(1))
        segment.enter(0) { $0.setAddresses([Multiaddr(ip: Segment.address(0), tcp: 7)], at: $1, into: &$2) }
        segment.run(for: .milliseconds(200))
        #expect(segment.members[1].found.last?.addresses.map(\.tcpPort) == [7])
        segment.enter(0) { $0.setAddresses([], at: $1, into: &$2) }
        #expect(segment.members[1].left == [Segment.peer(1)])
    }

    @Test func aNodeThatWasLostIsTriedAgain() throws {
        var segment = Segment()
        try segment.add(port: nil, seed: 1)
        segment.deliver(try statement(address()), from: Self.source)
        segment.run(for: .minutes(1))
        #expect(segment.members[0].found.count > 3)
        let found = segment.members[0].found.count
        segment.run(for: .hours(3))
        let later = segment.members[0].found.count
        segment.run(for: .hours(3))
        #expect(later > found && segment.members[0].found.count == later, "forgotten when its time is over")
    }

    // MARK: Hostile input

    @Test(arguments: [
        "/ip4/192.0.2.1/tcp/5002", "/ip4/127.0.0.1/tcp/5002", "/dns4/example.org/tcp/5002", "/ip4/10.0.0.1/tcp/0",
        "/ip4/10.0.0.1", "/ip6/2001:db8::1/tcp/1", "",
    ])
    func nobodyIsSentSomewhereElse(text: String) throws {
        var segment = Segment()
        try segment.add(seed: 1)
        segment.deliver(try statement("\(text)/p2p/\(Segment.peer(9))"), from: Self.source)
        #expect(segment.members[0].found.isEmpty)
        #expect(segment.members[0].discovery.counts.unusable == 1)
    }

    @Test(arguments: [
        ("/ip4/192.0.2.1/tcp/1", IPAddress("192.0.2.1")), ("/ip4/127.0.0.1/tcp/1", IPAddress("127.0.0.1")),
        ("/ip4/127.0.0.1/tcp/1", Segment.address(0)), ("/ip6/fe80::1/tcp/1", IPAddress("10.0.0.99")),
        ("/ip6/fd00::1/udp/1", IPAddress("10.0.0.99")), ("/ip4/169.254.1.1/tcp/1", IPAddress("10.0.0.99")),
    ])
    func theSendersOwnAndLocalAddressesAreTaken(text: String, source: IPAddress?) throws {
        var segment = Segment()
        try segment.add(seed: 1)
        segment.deliver(try statement("\(text)/p2p/\(Segment.peer(9))"), from: try #require(source))
        #expect(segment.members[0].found.map(\.peer) == [Segment.peer(9)])
    }

    @Test func strangersAndSelfAreNoPeers() throws {
        var segment = Segment()
        try segment.add(seed: 1)
        segment.deliver(try statement(mesh: 2, address()), from: Self.source)
        segment.deliver(try statement(address("10.0.0.5", 1)), from: Self.source)
        segment.deliver(try statement(named: "x._other._udp.local", address()), from: Self.source)
        segment.deliver(try statement(named: "a.b._sam-mesh._udp.local", address()), from: Self.source)
        segment.deliver(try statement(address()), from: Self.source)
        #expect(segment.members[0].found.map(\.peer) == [Segment.peer(9)])
    }

    @Test func oneStatementIsAboutOnePeer() throws {
        var segment = Segment()
        try segment.add(seed: 1)
        let many = (1...20).map { address("10.0.1.\($0)") }
        let mixed = try message {
            $0.flags = DNSMessage.responseFlags
            let lines =
                ["mesh=" + String(repeating: "01", count: 32)]
                + (many + [address("10.0.2.1", 8)]).map { "dnsaddr=\($0)" }
            $0.answers = [
                DNSRecord(
                    try DNSName("x._sam-mesh._udp.local"), .text(lines.map { Array($0.utf8) }), timeToLive: 1)
            ]
        }
        segment.deliver(mixed, from: Self.source)
        #expect(segment.members[0].found.map(\.peer) == [Segment.peer(9)])
        #expect(segment.members[0].found[0].addresses.count == Self.settings.mostAddresses)
    }

    @Test func aFloodOfNamesIsBounded() throws {
        var segment = Segment()
        try segment.add(seed: 1)
        for number in 0..<2_000 {
            let statement = try statement(
                named: "n\(number)._sam-mesh._udp.local", address("10.1.\(number / 250).\(number % 250)"))
            segment.deliver(statement, from: Self.source)
        }
        #expect(segment.members[0].found.count == Self.settings.mostFound)
        #expect(segment.members[0].discovery.known.count == Self.settings.mostPeers)
        segment.run(for: .hours(1))
        for sent in segment.sent {
            #expect(try sent.message.encoded().count <= DNSLimits.sentLength)
        }
    }

    @Test func otherPortsAreNotHeard() throws {
        var segment = Segment()
        try segment.add(seed: 1)
        segment.run(for: .minutes(1))
        let before = segment.sent.count
        segment.deliver(try query(), from: Self.source, port: 40_000)
        segment.deliver(try statement(address()), from: Self.source, port: 40_000)
        segment.run(for: .seconds(1))
        #expect(segment.sent.count == before && segment.members[0].found.isEmpty)
        #expect(segment.members[0].discovery.counts.foreignPort == 2)
    }

    @Test(arguments: 0..<UInt64(40)) func garbageChangesNothing(seed: UInt64) throws {
        var segment = Segment()
        try segment.add(seed: seed)
        segment.run(for: .seconds(10))
        var random = RandomSource(seed: seed)
        let said = try #require(segment.sent.last).message.encoded()
        let good = [try statement(address()), try query(), said]
        for _ in 0..<300 {
            var bytes = good[random.below(good.count)]
            for _ in 0..<(1 + random.below(4)) where !bytes.isEmpty {
                bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
            }
            segment.deliver(Array(bytes.prefix(random.below(bytes.count + 1))), from: Self.source)
        }
        segment.run(for: .minutes(1))
        #expect(segment.members[0].discovery.known.count <= Self.settings.mostPeers, "seed \(seed)")
        try segment.add(seed: seed)
        segment.run(for: .seconds(1))
        #expect(segment.members[1].found.contains { $0.peer == Segment.peer(1) }, "seed \(seed): the node goes on")
    }
}

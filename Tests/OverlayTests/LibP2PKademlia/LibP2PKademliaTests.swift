import Testing

@testable import Overlay

/// What libp2p neighbours are answered, and what they are kept from.
struct LibP2PKademliaTests {
    private static let start = Instant.zero + .hours(1)
    private static let content: [UInt8] = [0x12, 0x20] + [UInt8](repeating: 7, count: 32)

    /// A server with neighbours 1, 2, … on connections of the same numbers.
    private struct Bench {
        var server: LibP2PKademlia
        /// What the owner knows of.
        var contacts: [LibP2PKademliaMessage.Peer] = []
        var now = LibP2PKademliaTests.start

        init(neighbours: UInt64 = 1, adjust: (inout LibP2PKademliaSettings) -> Void = { _ in }) {
            var settings = LibP2PKademliaSettings()
            adjust(&settings)
            server = LibP2PKademlia(settings: settings)
            for number in 1...neighbours { admit(number) }
        }

        mutating func admit(_ number: UInt64) {
            let isIn = takes(number)
            #expect(isIn)
            identify(number)
        }

        mutating func takes(_ number: UInt64) -> Bool {
            server.admit(number, of: LibP2PFixtures.peer(number), at: now)
        }

        mutating func identify(_ number: UInt64, isServer: Bool = true) {
            var info = IdentifyInfo()
            info.listenAddresses = [LibP2PFixtures.address(number)]
            info.protocols = isServer ? [LibP2PKademliaMessage.protocolID] : []
            server.identified(number, as: info)
        }

        func name(_ connection: UInt64, _ stream: UInt64 = 2) -> LibP2PKademlia.StreamName {
            LibP2PKademlia.StreamName(connection: connection, stream: stream)
        }

        mutating func send(
            _ bytes: [UInt8], from connection: UInt64 = 1, on stream: UInt64 = 2
        ) -> LibP2PKademlia.Reaction {
            let name = name(connection, stream)
            if !server.has(name) {
                let opened = server.opened(name)
                guard opened.end == nil else { return opened }
            }
            let known = contacts
            return server.receive(Bytes(bytes: bytes), on: name, at: now) { _, _ in known }
        }

        mutating func ask(
            _ message: LibP2PKademliaMessage, from connection: UInt64 = 1
        ) throws -> LibP2PKademliaMessage? {
            let reaction = send(message.framed.array, from: connection)
            #expect(reaction.end == nil && reaction.requests == 1)
            var frames = LibP2PKademliaFrames(answersWithin: server.settings)
            for answer in reaction.answers { frames.append(answer) }
            server.sent(reaction.answers.reduce(0) { $0 + $1.readableBytes }, on: name(connection))
            return try frames.next()
        }

        mutating func drops(_ message: LibP2PKademliaMessage) -> [LibP2PKademliaDrop] {
            send(message.framed.array).drops
        }
    }

    // MARK: Lookups

    @Test("the twenty nearest, nearest first, whoever knows them", arguments: UInt64(0)..<20)
    func nearest(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var bench = Bench(neighbours: 6)
        bench.contacts = (20..<60).map { LibP2PFixtures.contact($0) }
        random.shuffle(&bench.contacts)
        let key = random.bytes(34)
        let answer = try #require(try bench.ask(LibP2PKademliaMessage(.findNode, key: key)))
        let place = SHA256.hash(key)
        let all = (2...6).map { LibP2PFixtures.contact($0) } + bench.contacts
        let expected = all.sorted { left, right in
            (SHA256.hash(left.id.encoded) ^ place) < (SHA256.hash(right.id.encoded) ^ place)
        }
        #expect(answer.closerPeers.map(\.id) == expected.prefix(20).map(\.id), "seed \(seed)")
        #expect(answer.closerPeers.allSatisfy { !$0.addresses.isEmpty } && answer.key == key)
    }

    @Test func aPeerThatIsKnownIsFoundFirst() throws {
        var bench = Bench(neighbours: 3)
        bench.contacts = (20..<60).map { LibP2PFixtures.contact($0) }
        bench.identify(2, isServer: false)
        for number in [UInt64(2), 3, 31] {
            let key = LibP2PFixtures.peer(number).encoded
            let answer = try #require(try bench.ask(LibP2PKademliaMessage(.findNode, key: key)))
            #expect(answer.closerPeers.first?.id.encoded == key)
            #expect(answer.closerPeers.first?.addresses == [LibP2PFixtures.address(number)])
            #expect(answer.closerPeers.first?.connection == (number < 20 ? .connected : .notConnected))
        }
        // One that is no server is named to those only that ask for it, and nobody is told of itself.
        let other = try #require(try bench.ask(LibP2PKademliaMessage(.findNode, key: [1, 2])))
        #expect(!other.closerPeers.contains { $0.id == LibP2PPeerID(LibP2PFixtures.peer(2)) })
        let own = try #require(try bench.ask(LibP2PKademliaMessage(.findNode, key: LibP2PFixtures.peer(1).encoded)))
        #expect(!own.closerPeers.contains { $0.id == LibP2PPeerID(LibP2PFixtures.peer(1)) })
    }

    @Test func peersWithoutAddressesAreLeftOut() throws {
        var bench = Bench(neighbours: 2)
        bench.server.identified(2, as: IdentifyInfo())
        bench.contacts = [
            LibP2PKademliaMessage.Peer(id: LibP2PPeerID(LibP2PFixtures.peer(9)), addresses: []),
            LibP2PFixtures.contact(20), LibP2PFixtures.contact(20),
        ]
        let answer = try #require(try bench.ask(LibP2PKademliaMessage(.findNode, key: [1])))
        #expect(answer.closerPeers == [LibP2PFixtures.contact(20)])
    }

    @Test func valuesAreNeitherFoundNorKept() throws {
        var bench = Bench(neighbours: 2)
        let answer = try #require(try bench.ask(LibP2PKademliaMessage(.getValue, key: Array("/v/hello".utf8))))
        #expect(answer.kind == .getValue && answer.record == nil && answer.closerPeers.count == 1)
        let record = LibP2PKademliaMessage.Record(key: [1], value: [2])
        let reaction = bench.send(LibP2PKademliaMessage(.putValue, key: [1], record: record).framed.array)
        #expect(reaction.drops == [.valueRefused] && reaction.end == .reset && reaction.answers.isEmpty)
        #expect(!bench.server.has(bench.name(1)))
    }

    @Test func pingsAreAnswered() throws {
        var bench = Bench()
        #expect(try bench.ask(LibP2PKademliaMessage(.ping, key: [])) == LibP2PKademliaMessage(.ping, key: []))
    }

    @Test(arguments: [LibP2PKademliaMessage.Kind.findNode, .getValue, .getProviders])
    func nothingIsLookedUpWithoutAKey(kind: LibP2PKademliaMessage.Kind) {
        var bench = Bench()
        #expect(bench.drops(LibP2PKademliaMessage(kind, key: [])) == [.badKey])
    }

    // MARK: Providers

    @Test func whatOneAnnouncesOthersFind() throws {
        var bench = Bench(neighbours: 3)
        let announced = try bench.ask(LibP2PFixtures.announcement(of: Self.content, by: 2), from: 2)
        #expect(announced == nil)
        let answer = try #require(try bench.ask(LibP2PKademliaMessage(.getProviders, key: Self.content), from: 3))
        #expect(answer.providerPeers.map(\.id) == [LibP2PPeerID(LibP2PFixtures.peer(2))])
        #expect(answer.providerPeers.first?.addresses == [LibP2PFixtures.address(2)])
        #expect(answer.providerPeers.first?.connection == .connected && answer.closerPeers.count == 2)
        bench.server.closed(2)
        let later = try #require(try bench.ask(LibP2PKademliaMessage(.getProviders, key: Self.content), from: 3))
        #expect(later.providerPeers.first?.connection == .notConnected)
    }

    @Test func nobodySpeaksForOthers() {
        var bench = Bench(neighbours: 2)
        #expect(bench.drops(LibP2PFixtures.announcement(of: Self.content, by: 2)) == [.badProvider])
        #expect(bench.drops(LibP2PKademliaMessage(.addProvider, key: Self.content)) == [.badProvider])
        var mixed = LibP2PFixtures.announcement(of: Self.content, by: 2)
        mixed.providerPeers.append(LibP2PFixtures.contact(1))
        #expect(bench.drops(mixed).isEmpty)
        #expect(bench.server.store.providers(of: Self.content, at: bench.now).map(\.peer) == [LibP2PFixtures.peer(1)])
    }

    @Test func anAnnouncementWithoutAddressesTakesThoseOfIdentify() {
        var bench = Bench()
        var bare = LibP2PKademliaMessage(.addProvider, key: Self.content)
        bare.providerPeers = [LibP2PKademliaMessage.Peer(id: LibP2PPeerID(LibP2PFixtures.peer(1)), addresses: [])]
        #expect(bench.drops(bare).isEmpty)
        let kept = bench.server.store.providers(of: Self.content, at: bench.now)
        #expect(kept.map(\.addresses) == [[LibP2PFixtures.address(1)]])
        bench.server.identified(1, as: IdentifyInfo())
        #expect(bench.drops(bare) == [.badProvider])
    }

    @Test func badKeysEndTheStreamAndSharesDoNot() {
        var bench = Bench { $0.providers.perProvider = 1 }
        #expect(bench.drops(LibP2PFixtures.announcement(of: [1], by: 1)).isEmpty)
        let more = bench.send(LibP2PFixtures.announcement(of: [2], by: 1).framed.array)
        #expect(more.drops == [.providerShareUsed] && more.end == nil)
        let long = bench.send(LibP2PFixtures.announcement(of: [UInt8](repeating: 1, count: 81), by: 1).framed.array)
        #expect(long.drops == [.badKey] && long.end == .reset)
    }

    // MARK: Streams

    @Test("a stream is one thing however it is cut", arguments: [1, 3, 50, 100_000])
    func cutStreams(piece: Int) throws {
        var bench = Bench(neighbours: 2)
        let stream =
            LibP2PFixtures.announcement(of: Self.content, by: 1).framed.array
            + LibP2PKademliaMessage(.getProviders, key: Self.content).framed.array
            + LibP2PKademliaMessage(.findNode, key: [5]).framed.array
        var frames = LibP2PKademliaFrames(answersWithin: bench.server.settings)
        var requests: UInt64 = 0
        for start in stride(from: 0, to: stream.count, by: piece) {
            let reaction = bench.send(Array(stream[start..<min(start + piece, stream.count)]))
            #expect(reaction.end == nil && reaction.drops.isEmpty)
            requests += reaction.requests
            for answer in reaction.answers { frames.append(answer) }
        }
        #expect(requests == 3)
        #expect(try frames.next()?.providerPeers.count == 1)
        #expect(try frames.next()?.kind == .findNode)
        #expect(bench.server.finished(bench.name(1)).end == .finish && !bench.server.has(bench.name(1)))
    }

    @Test func aStreamThatEndsInsideARequestIsReset() {
        var bench = Bench()
        let request = LibP2PKademliaMessage(.findNode, key: [5, 6, 7]).framed.array
        for length in 1..<request.count {
            #expect(bench.send(Array(request.prefix(length))).end == nil)
            let reaction = bench.server.finished(bench.name(1))
            #expect(reaction.end == .reset && reaction.drops == [.malformed])
        }
    }

    @Test func noiseCostsItsStreamOnly() {
        for seed in UInt64(0)..<200 {
            var random = RandomSource(seed: 21_000 + seed)
            var bench = Bench { $0.requestsPerSecond = 1_000_000 }
            var reaction = LibP2PKademlia.Reaction()
            for _ in 0..<40 where reaction.end == nil { reaction = bench.send(random.bytes(1 + random.below(90))) }
            #expect(bench.server.has(bench.name(1)) == (reaction.end == nil), "seed \(21_000 + seed)")
            #expect(bench.server.neighbourCount == 1)
            let answer = bench.send(LibP2PKademliaMessage(.ping, key: []).framed.array, on: 4)
            #expect(answer.answers.count == 1, "seed \(21_000 + seed)")
        }
    }

    @Test func streamsOfANeighbourAreCounted() {
        var bench = Bench(neighbours: 2) { $0.streamsPerNeighbour = 2 }
        for stream in UInt64(1)...2 { #expect(bench.server.opened(bench.name(1, stream)).end == nil) }
        let third = bench.server.opened(bench.name(1, 3))
        #expect(third.end == .reset && third.drops == [.tooManyStreams])
        #expect(bench.server.opened(bench.name(2, 3)).end == nil)
        _ = bench.server.finished(bench.name(1, 1))
        #expect(bench.server.opened(bench.name(1, 3)).end == nil)
        bench.server.closed(1)
        #expect(!bench.server.has(bench.name(1, 3)) && bench.server.has(bench.name(2, 3)))
        #expect(bench.server.opened(bench.name(1, 5)).end == .reset)
    }

    @Test func askingTooFastIsReset() {
        var bench = Bench {
            $0.requestBurst = 3
            $0.requestsPerSecond = 2
        }
        let ping = LibP2PKademliaMessage(.ping, key: []).framed.array
        let burst = bench.send(ping + ping + ping + ping + ping)
        #expect(burst.answers.count == 3 && burst.drops == [.tooManyRequests] && burst.end == .reset)
        bench.now = bench.now + .milliseconds(500)
        #expect(bench.send(ping, on: 4).answers.count == 1)
        #expect(bench.send(ping, on: 4).drops == [.tooManyRequests])
    }

    @Test func whoDoesNotReadIsReset() {
        var bench = Bench(neighbours: 2) { $0.unsentAnswers = 200 }
        let request = LibP2PKademliaMessage(.findNode, key: [1]).framed.array
        let first = bench.send(request)
        let length = first.answers.reduce(0) { $0 + $1.readableBytes }
        bench.server.sent(length, on: bench.name(1))
        var sent = 0
        while sent + length <= 200 {
            #expect(bench.send(request).end == nil)
            sent += length
        }
        #expect(bench.send(request).drops == [.unreadAnswers])
    }

    // MARK: Connections

    @Test func thereIsRoomForSomeNeighbours() {
        var bench = Bench(neighbours: 2) { $0.neighbours = 2 }
        let outcomes = [bench.takes(3), bench.takes(2)]
        bench.server.closed(1)
        #expect(outcomes + [bench.takes(3)] == [false, true, true])
        #expect(bench.server.connections == [2, 3] && bench.server.peer(on: 1) == nil)
    }

    @Test func whoAsksNothingIsIdle() {
        var bench = Bench(neighbours: 2)
        #expect(bench.server.nextDeadline == bench.now + .minutes(5))
        bench.now = bench.now + .minutes(3)
        _ = bench.send(LibP2PKademliaMessage(.ping, key: []).framed.array, from: 2)
        #expect(bench.server.idle(at: Self.start + .minutes(5)) == [1])
        bench.server.closed(1)
        #expect(bench.server.nextDeadline == bench.now + .minutes(5))
        bench.server.closed(2)
        #expect(bench.server.nextDeadline == .distantFuture)
    }
}

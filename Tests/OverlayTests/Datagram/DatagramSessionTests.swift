import Testing

@testable import Overlay

/// How long sessions last, how many there are, and where their packets go.
struct DatagramSessionTests {
    private static let settings = DatagramSettings()
    private static let elsewhere = UDPEndpoint(ip: .v4(0xcb00_7105), port: 999)

    /// Two nodes with a session that both have used.
    private func confirmed(_ settings: DatagramSettings = DatagramSettings()) -> DatagramNet {
        var net = DatagramNet(settings: settings)
        for text in ["?one", "?two"] {
            net.ask(text, from: 0, to: 1)
            net.settle()
        }
        return net
    }

    // MARK: Ends

    @Test func keysAreRenewedAfterTheirLifetime() {
        var net = confirmed()
        var kinds: [PacketKind?] = []
        for _ in 0..<12 {
            net.now = net.now + .minutes(1)
            net.ask("?again", from: 0, to: 1)
            kinds.append(net.queue.first?.kind)
            net.settle()
        }
        #expect(kinds.filter { $0 == .initiation }.count == 1 && kinds[9] == .initiation)
        #expect(net.texts(at: 0).count == 14)
    }

    @Test func keysAreRenewedAfterSoManyMessages() {
        var settings = Self.settings
        settings.keyMessages = 4
        var net = DatagramNet(settings: settings)
        for index in 0..<11 {
            net.ask("?\(index)", from: 0, to: 1)
            net.settle()
        }
        #expect(net.sent.filter { $0.kind == .initiation }.count == 3)
        #expect(net.texts(at: 0).count == 11)
    }

    @Test func oldKeysStillReadForAsLongAgain() throws {
        var net = confirmed()
        // Kept alive by questions, then a packet that was long under way.
        for _ in 0..<9 {
            net.now = net.now + .minutes(1)
            net.ask("?again", from: 0, to: 1)
            net.settle()
        }
        net.now = net.now + .seconds(59)
        net.ask("?late", from: 0, to: 1)
        let late = try net.take()
        #expect(late.kind == .transport)
        net.now = net.now + .minutes(4)
        net.deliver(late)
        net.settle()
        #expect(net.texts(at: 0).last == "!late")
    }

    @Test func nothingIsReadAfterTwiceTheLifetime() throws {
        var settings = Self.settings
        settings.idleLimit = .hours(1)
        var net = confirmed(settings)
        net.now = net.now + .minutes(10)
        net.ask("?late", from: 0, to: 1)
        #expect(net.queue.first?.kind == .initiation)
        net = confirmed(settings)
        net.ask("?late", from: 0, to: 1)
        let late = try net.take()
        net.now = net.now + .minutes(20)
        net.deliver(late)
        #expect(net.texts(at: 1).last == "?two" && net.drops(1, .unknownSession) == 1)
    }

    @Test func silentSessionsAreForgotten() {
        var net = confirmed()
        net.now = net.now + Self.settings.idleLimit
        net.ask("?one", from: 0, to: 1)
        #expect(net.queue.first?.kind == .initiation)
        net.settle()
        net.now = net.now + Self.settings.idleLimit * 2
        net.ask("?one", from: 0, to: 1)
        // The keys are gone from memory too.
        #expect(net.nodes[0].endpoint.sessions.count == 0 && net.nodes[0].endpoint.initiations.count == 1)
        net.settle()
        #expect(net.nodes[1].endpoint.sessions.count == 0 && net.nodes[1].endpoint.unconfirmed.count == 1)
    }

    @Test func unansweredFirstPacketsAreForgotten() throws {
        var net = DatagramNet()
        net.ask("?one", from: 0, to: 1)
        net.queue = []
        for _ in 0..<3 {
            net.now = net.now + Self.settings.handshakeLimit
            net.inject([9], from: Self.elsewhere, to: 0)
        }
        #expect(net.nodes[0].endpoint.initiations.count == 0)
    }

    // MARK: Bounds

    @Test func tablesAreBoundedAndThoseInUseStay() {
        var settings = Self.settings
        settings.sessions = 16
        settings.unconfirmedSessions = 8
        settings.handshakes = 4
        var net = DatagramNet(nodes: 1, settings: settings)
        for _ in 0..<60 { net.add() }
        for node in 1...60 {
            // Node 1 goes on asking while the others come.
            for (asker, text) in [(node, "?one"), (node, "?two"), (1, "?still")] {
                net.ask(text, from: asker, to: 0)
                net.settle()
            }
            let endpoint = net.nodes[0].endpoint
            #expect(endpoint.sessions.count <= 16 && endpoint.current.count <= 16 && endpoint.unconfirmed.count <= 8)
        }
        #expect(net.nodes[1].endpoint.counters.handshakes == 1)
        #expect(net.texts(at: 1).filter { $0 == "!still" }.count == 60)
        for node in 2...60 {
            net.ask("?out", from: 0, to: node)
            #expect(net.nodes[0].endpoint.initiations.count <= 4)
        }
        #expect(net.nodes[0].endpoint.openings.count == 0)
    }

    /// A flood of first packets, even with good keys, takes nothing from those who use their sessions.
    @Test func firstPacketsTakeNoSessionFromOthers() {
        var settings = Self.settings
        settings.sessions = 4
        settings.unconfirmedSessions = 4
        var net = DatagramNet(settings: settings)
        for text in ["?one", "?two"] {
            net.ask(text, from: 0, to: 1)
            net.settle()
        }
        for _ in 0..<50 { net.add() }
        for node in 2..<52 {
            net.ask("?flood", from: node, to: 1)
            net.settle()
        }
        #expect(net.nodes[1].endpoint.unconfirmed.count <= 4)
        net.ask("?three", from: 0, to: 1)
        net.settle()
        #expect(net.texts(at: 0).last == "!three" && net.drops(1, .unknownSession) == 0)
    }

    @Test func questionsLeftUnansweredAreBounded() {
        var net = DatagramNet(nodes: 1)
        net.answers = false
        for _ in 0..<200 { net.add() }
        for node in 1...200 {
            net.ask("?one", from: node, to: 0)
            net.settle()
        }
        #expect(net.texts(at: 0).count == 200)
        #expect(net.nodes[0].endpoint.openings.count <= 64 && net.nodes[0].endpoint.unconfirmed.count == 0)
    }

    /// The number of a forgotten session may be given to one with somebody else.
    @Test func aNumberUsedAgainIsNotTakenForTheOldSession() throws {
        var net = DatagramNet(nodes: 3)
        for other in 1...2 {
            net.ask("?one", from: 0, to: other)
            net.settle()
        }
        var endpoint = net.nodes[0].endpoint
        endpoint.current[net.peer(1)] = endpoint.current[net.peer(2)]
        var outbox = DatagramOutbox()
        endpoint.ask(
            Bytes(bytes: [1]), introduction: [], of: net.peer(1), at: net.nodes[1].address, isFirst: false,
            now: net.now,
            into: &outbox)
        #expect(outbox.packets.map(\.to) == [net.nodes[1].address] && outbox.packets.first?.bytes.first == 1)
    }

    // MARK: Path

    @Test func movesOnlyAfterAChallenge() throws {
        var net = confirmed()
        net.move(0, to: Self.elsewhere)
        net.ask("?from elsewhere", from: 0, to: 1)
        try net.deliver(net.take())
        // The answer waits for the proof; there is only the challenge, no longer than the question.
        let challenge = try net.take()
        #expect(net.queue.isEmpty && challenge.to == Self.elsewhere && challenge.bytes.count == 38)
        #expect(net.texts(at: 1).last == "?from elsewhere" && net.drops(1, .unprovenAddress) == 1)
        net.deliver(challenge)
        net.settle()
        net.ask("?again", from: 0, to: 1)
        net.settle()
        #expect(net.texts(at: 0).last == "!again" && net.sent.last?.to == Self.elsewhere)
        net.ask("?to elsewhere", from: 1, to: 0)
        #expect(net.queue.first?.to == Self.elsewhere && net.queue.first?.kind == .transport)
    }

    @Test func pathStaysWhenNobodyAnswersTheChallenge() {
        var net = confirmed()
        let home = net.nodes[0].address
        for step in 0..<5 {
            net.ask("?forged \(step)", from: 0, to: 1)
            net.settle { packet in
                var packet = packet
                if packet.to == Self.elsewhere { return nil }
                packet.from = packet.from == home ? Self.elsewhere : packet.from
                return packet
            }
        }
        #expect(net.texts(at: 0) == ["!one", "!two"] && net.drops(1, .unprovenAddress) == 5)
        #expect(net.sent.filter { $0.to == Self.elsewhere }.count == 1, "a challenge for each packet")
        net.ask("?to zero", from: 1, to: 0)
        #expect(net.queue.last?.to == home)
        net.settle()
        net.ask("?from home", from: 0, to: 1)
        net.settle()
        #expect(net.texts(at: 0).last == "!from home")
    }

    @Test func lostChallengeIsRepeated() {
        var net = confirmed()
        net.move(0, to: Self.elsewhere)
        var isLost = false
        for _ in 0..<3 {
            net.ask("?from elsewhere", from: 0, to: 1)
            net.settle { packet in
                guard packet.to == Self.elsewhere, !isLost else { return packet }
                isLost = true
                return nil
            }
            net.now = net.now + Self.settings.challengeInterval
        }
        #expect(net.texts(at: 0).last == "!from elsewhere" && isLost)
    }

    @Test func answerToAChallengeCountsOnlyInTimeAndFromThere() throws {
        for isLate in [false, true] {
            var net = confirmed()
            net.move(0, to: Self.elsewhere)
            net.ask("?from elsewhere", from: 0, to: 1)
            try net.deliver(net.take())
            try net.deliver(net.take())
            var answer = try net.take()
            if isLate {
                net.now = net.now + Self.settings.handshakeLimit
            } else {
                answer.from = DatagramNet.address(7)
            }
            net.deliver(answer)
            #expect(net.drops(1, .unasked) == 1)
            net.ask("?to zero", from: 1, to: 0)
            #expect(net.queue.last?.to == DatagramNet.address(0))
        }
    }

    /// A packet that a later one has overtaken says nothing about where the peer is now.
    @Test func olderPacketsDoNotMoveTheSession() throws {
        var net = confirmed()
        net.ask("?overtaken", from: 0, to: 1)
        var old = try net.take()
        net.ask("?newer", from: 0, to: 1)
        net.settle()
        old.from = Self.elsewhere
        net.deliver(old)
        #expect(net.queue.isEmpty && net.texts(at: 1).last == "?overtaken")
    }

    /// Two packets for one would make the node an amplifier.
    @Test func aChallengeFromANewAddressGetsOneAnswerOnly() throws {
        var net = confirmed()
        net.move(1, to: Self.elsewhere)
        // Node 0 challenges node 1 because of its new address, and node 1's answer comes from yet another one.
        net.ask("?from a new address", from: 1, to: 0)
        try net.deliver(net.take())
        var challenge = try net.take()
        #expect(challenge.to == Self.elsewhere)
        challenge.from = DatagramNet.address(9)
        net.deliver(challenge)
        #expect(net.queue.filter { $0.to == DatagramNet.address(9) }.map(\.bytes.count) == [challenge.bytes.count])
    }

    @Test func shortPacketsAreNotWorthAChallenge() {
        var net = confirmed()
        net.move(0, to: Self.elsewhere)
        net.ask("?", from: 0, to: 1)
        net.settle()
        #expect(net.sent.filter { $0.to == Self.elsewhere }.isEmpty)
    }
}

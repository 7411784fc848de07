import Testing

@testable import Overlay

/// How two connections come to be established, and how they fail to.
@Suite struct HandshakeTests {
    @Test(arguments: [false, true]) func establishes(drips: Bool) {
        var pair = ConnectionPair()
        pair.drips = drips
        pair.start()
        pair.settle()
        for side in ConnectionPair.Side.allCases {
            #expect(pair[side].isEstablished)
            #expect(pair.saw(.established(pair[side].peer!), at: side))
            #expect(pair[side].roundTrip == pair.latency * 2)
            #expect(pair.streamEvents(at: side).isEmpty)
        }
        #expect(pair[.dialer].peer != pair[.listener].peer)
    }

    /// TCP's own round trip, then: proposal and first message / acceptance and second message, third message with
    /// stream, proposal and request / answer.
    @Test func firstByteComesInThreeRoundTrips() {
        var pair = ConnectionPair()
        pair.start()
        let begin = pair.now
        while !pair[.dialer].isEstablished { pair.run(for: pair.latency) }
        #expect(pair.now.since(begin) == pair.latency * 2)
        let stream = pair.open()
        pair.write([1], to: stream)
        pair.run(for: pair.latency)
        #expect(pair.data(stream, at: .listener) == [1])
        pair.write([2], to: stream, from: .listener)
        pair.run(for: pair.latency)
        #expect(pair.data(stream, at: .dialer) == [2])
        #expect(pair.now.since(begin) == pair.latency * 4)
    }

    @Test func tellsWhoTheOtherIs() {
        var pair = ConnectionPair { configuration in
            configuration.identify.agentVersion = "test/1"
            configuration.identify.observedAddress = Multiaddr(ip: .v4(0x7f00_0001), tcp: 4_001)
        }
        pair.start()
        pair.settle()
        for side in ConnectionPair.Side.allCases {
            var expected = IdentifyInfo()
            expected.agentVersion = "test/1"
            expected.observedAddress = Multiaddr(ip: .v4(0x7f00_0001), tcp: 4_001)
            expected.publicKey = pair[side].peer?.publicKey
            expected.protocols = ["/test/1", IdentifyInfo.protocolID, "/ipfs/ping/1.0.0"]
            #expect(pair.saw(.identified(expected), at: side))
        }
    }

    @Test func refusesAnotherPeerThanTheDialed() throws {
        var random = RandomSource(seed: 99)
        let other = Identity(random: &random).peerID
        var pair = ConnectionPair(expecting: other)
        pair.start()
        pair.settle()
        guard case .unexpectedPeer(expected: other, actual: _)? = pair[.dialer].closeReason else {
            Issue.record("closed for \(String(describing: pair[.dialer].closeReason))")
            return
        }
        #expect(!pair[.listener].isEstablished)
    }

    @Test func refusesItself() {
        var pair = ConnectionPair { $0.identities[1] = $0.identities[0] }
        pair.start()
        pair.settle()
        #expect(pair[.dialer].closeReason == .connectedToSelf)
    }

    @Test(arguments: 1...8) func settlesASimultaneousOpen(seed: UInt64) {
        var pair = ConnectionPair(seed: seed) { $0.roles = [.initiator, .initiator] }
        pair.start()
        pair.settle()
        #expect(pair[.dialer].isEstablished && pair[.listener].isEstablished, "seed \(seed)")
        #expect(pair[.dialer].role != pair[.listener].role)
        let stream = pair.open()
        pair.write([5], to: stream)
        pair.settle()
        #expect(pair.data(stream, at: .listener) == [5])
    }

    @Test func endsWhenTheHandshakeTakesTooLong() {
        for cut in [0, 1, 30, 40, 150, 200] {
            var pair = ConnectionPair()
            pair.cutAfter = [cut, nil]
            pair.start()
            pair.run(for: .seconds(9))
            #expect(!pair[.listener].isEstablished && !pair[.listener].isClosed, "cut after \(cut)")
            pair.run(for: .seconds(2))
            #expect(pair[.listener].closeReason == .handshakeTimedOut, "cut after \(cut)")
            #expect(pair[.listener].nextDeadline == nil)
        }
    }

    @Test func endsOnOtherProtocols() {
        let inputs: [([UInt8], CloseReason)] = [
            (Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8), .notMultistream),
            ([0x16, 0x03, 0x01, 0x02, 0x00, 0x01], .notMultistream),
            ([UInt8](repeating: 0xff, count: 64), .notMultistream),
        ]
        for (input, reason) in inputs {
            var pair = ConnectionPair()
            pair.enter(.listener) { end, now, outbox in end.start(at: now, into: &outbox) }
            pair.inject(input, to: .listener)
            pair.settle()
            #expect(pair[.listener].closeReason == reason)
        }
    }

    @Test func tellsThatNoiseIsNotOffered() {
        var pair = ConnectionPair()
        pair.enter(.dialer) { end, now, outbox in end.start(at: now, into: &outbox) }
        var answer = Bytes()
        MultistreamMessage.header.write(to: &answer)
        MultistreamMessage.notAvailable.write(to: &answer)
        pair.inject(answer.array, to: .dialer)
        pair.settle()
        #expect(pair[.dialer].closeReason == .noiseNotSupported)
    }

    /// Another proposal first, as go-libp2p makes it for TLS.
    @Test func picksNoiseAmongProposals() {
        var pair = ConnectionPair()
        pair.enter(.listener) { end, now, outbox in end.start(at: now, into: &outbox) }
        var proposals = Bytes()
        MultistreamMessage.header.write(to: &proposals)
        MultistreamMessage.protocolID("/tls/1.0.0").write(to: &proposals)
        MultistreamMessage.protocolID("/noise").write(to: &proposals)
        pair.inject(proposals.array, to: .listener)
        pair.settle()
        #expect(!pair[.listener].isClosed)
        let expected = 20 + 4 + 8
        #expect(pair.sentBytes[1] == expected)
    }

    @Test func ignoresEverythingAfterTheEnd() {
        var pair = ConnectionPair()
        pair.start()
        pair.settle()
        let stream = pair.open()
        pair.settle()
        pair.enter(.dialer) { end, now, outbox in end.close(at: now, into: &outbox) }
        pair.settle()
        #expect(pair[.dialer].closeReason == .closedHere)
        let before = (pair.events, pair.sentBytes)
        pair.write([1], to: stream)
        pair.finish(stream)
        pair.reset(stream)
        #expect(pair.open().rawValue == 0)
        pair.inject([1, 2, 3], to: .dialer)
        pair.enter(.dialer) { end, now, outbox in end.wake(at: .distantFuture, into: &outbox) }
        pair.enter(.dialer) { end, now, outbox in end.ping(at: now, into: &outbox) }
        pair.enter(.dialer) { end, now, outbox in end.disconnected(at: now, into: &outbox) }
        pair.settle()
        #expect(before.0[0] == pair.events[0] && before.1 == pair.sentBytes)
    }
}

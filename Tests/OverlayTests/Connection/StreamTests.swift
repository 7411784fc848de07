import Testing

@testable import Overlay

/// Streams between two established connections.
@Suite struct StreamTests {
    private func established(
        seed: UInt64 = 1, adjust: (inout ConnectionPair.Configuration) -> Void = { _ in }
    ) -> ConnectionPair {
        var pair = ConnectionPair(seed: seed, adjust: adjust)
        pair.start()
        pair.settle()
        return pair
    }

    private func content(_ count: Int, seed: UInt64 = 3) -> [UInt8] {
        var random = RandomSource(seed: seed)
        return random.bytes(count)
    }

    @Test(arguments: [false, true]) func carriesBothDirections(drips: Bool) {
        var pair = ConnectionPair()
        pair.drips = drips
        pair.start()
        pair.settle()
        let (there, back) = (content(100_000), content(70_000, seed: 4))
        let stream = pair.open()
        pair.write(there, to: stream)
        pair.finish(stream)
        pair.settle()
        #expect(pair.saw(.streamOpened(stream, "/test/1"), at: .listener))
        #expect(pair.saw(.streamAccepted(stream), at: .dialer))
        #expect(pair.data(stream, at: .listener) == there)
        #expect(pair.saw(.streamFinished(stream), at: .listener))
        pair.write(back, to: stream, from: .listener)
        pair.finish(stream, from: .listener)
        pair.settle()
        #expect(pair.data(stream, at: .dialer) == back)
        #expect(pair.streamEvents(at: .dialer).last == .streamFinished(stream))
    }

    @Test func listenersOpenStreamsToo() {
        var pair = established()
        let stream = pair.open(from: .listener)
        pair.write([7, 8], to: stream, from: .listener)
        pair.settle()
        #expect(stream.rawValue % 2 == 0)
        #expect(pair.data(stream, at: .dialer) == [7, 8])
    }

    @Test func refusesUnknownProtocols() {
        var pair = established()
        let stream = pair.open("/other/1")
        pair.write([1, 2, 3], to: stream)
        pair.settle()
        #expect(pair.streamEvents(at: .dialer) == [.streamRefused(stream, .protocolNotSupported)])
        #expect(pair.streamEvents(at: .listener).isEmpty)
        #expect(!pair[.listener].isClosed)
    }

    @Test(arguments: ConnectionPair.Side.allCases) func resets(side: ConnectionPair.Side) {
        var pair = established()
        let stream = pair.open()
        pair.write([1], to: stream)
        pair.settle()
        pair.reset(stream, from: side)
        pair.write([2], to: stream, from: side)
        pair.settle()
        #expect(pair.saw(.streamReset(stream), at: side.other))
        #expect(!pair.saw(.streamReset(stream), at: side))
        #expect(pair.data(stream, at: .listener) == [1])
        let next = pair.open()
        pair.write([3], to: next)
        pair.settle()
        #expect(pair.data(next, at: .listener) == [3])
    }

    @Test func resetsCrossDataOnItsWay() {
        var pair = established()
        let stream = pair.open()
        pair.settle()
        pair.write(content(50_000), to: stream)
        pair.reset(stream, from: .listener)
        pair.settle()
        #expect(pair.saw(.streamReset(stream), at: .dialer))
        #expect(pair[.dialer].isEstablished && pair[.listener].isEstablished)
    }

    /// A reader that does not consume stops its writer at the window, and nobody else.
    @Test func slowReadersHoldBackOnlyTheirWriter() {
        var pair = established()
        pair.consumesAtOnce = false
        let slow = pair.open()
        pair.settle()
        let window = 256 << 10
        pair.write(content(window * 3), to: slow)
        pair.settle()
        let beyond = pair.data(slow, at: .listener).count
        // The proposal of the stream, which is consumed at once, took its part of the window.
        #expect(beyond <= window && beyond > window - 64)
        #expect(pair[.dialer].unsentBytes(on: slow) == 3 * window - beyond)
        let quick = pair.open()
        pair.write([9], to: quick)
        pair.settle()
        #expect(pair.data(quick, at: .listener) == [9])

        pair.consumesAtOnce = true
        pair.enter(.listener) { end, now, outbox in end.consumed(beyond, on: slow, at: now, into: &outbox) }
        pair.settle()
        #expect(pair.data(slow, at: .listener) == content(window * 3))
        #expect(pair[.dialer].unsentBytes(on: slow) == 0)
        #expect(pair.saw(.streamWritable(slow), at: .dialer))
    }

    /// A window grows while it, and not the link, sets the pace: fewer round trips than 256 KiB each would need.
    @Test func windowsGrowWithTheLink() {
        var pair = established()
        let size = 32 << 20
        let stream = pair.open()
        let begin = pair.now
        pair.write([UInt8](repeating: 1, count: size), to: stream)
        pair.settle()
        #expect(pair.data(stream, at: .listener).count == size)
        let roundTrips = pair.now.since(begin).nanoseconds / (pair.latency * 2).nanoseconds
        #expect(roundTrips < UInt64(size / (256 << 10)) / 4, "\(roundTrips) round trips")
    }

    @Test func carriesTwoHundredStreamsAtOnce() {
        var pair = established()
        var streams: [StreamID] = []
        for index in 0..<200 {
            let stream = pair.open(from: index % 2 == 0 ? .dialer : .listener)
            pair.write(content(5_000, seed: UInt64(index)), to: stream, from: index % 2 == 0 ? .dialer : .listener)
            streams.append(stream)
        }
        pair.settle()
        for (index, stream) in streams.enumerated() {
            let side: ConnectionPair.Side = index % 2 == 0 ? .listener : .dialer
            #expect(pair.data(stream, at: side) == content(5_000, seed: UInt64(index)))
        }
    }

    /// Above the backlog, streams wait for acknowledgements instead of being reset by the other side.
    @Test func keepsToTheBacklog() {
        var pair = established { $0.settings.acknowledgementBacklog = 4 }
        let streams = (0..<20).map { _ in pair.open() }
        for stream in streams { pair.write([1], to: stream) }
        #expect(pair.events[1].filter { if case .streamOpened = $0 { true } else { false } }.isEmpty)
        pair.settle()
        for stream in streams { #expect(pair.data(stream, at: .listener) == [1]) }
    }

    @Test func boundsTheNumberOfStreams() {
        var pair = established {
            $0.settings.maximumInboundStreams = 3
            $0.settings.maximumOutboundStreams = 5
        }
        let streams = (0..<6).map { _ in pair.open() }
        #expect(streams[5].rawValue == 0)
        #expect(pair.streamEvents(at: .dialer) == [.streamRefused(streams[5], .tooManyStreams)])
        pair.settle()
        let refused = pair.streamEvents(at: .dialer).count { event in
            if case .streamRefused(_, .closedByPeer) = event { true } else { false }
        }
        #expect(refused == 2)
        pair.reset(streams[0])
        pair.settle()
        let next = pair.open()
        pair.settle()
        #expect(pair.saw(.streamAccepted(next), at: .dialer))
    }

    /// While the socket is full nothing leaves; afterwards the streams take turns.
    @Test func takesFairTurns() {
        var pair = established()
        let (bulk, small) = (pair.open(), pair.open())
        pair.settle()
        pair.enter(.dialer) { end, now, outbox in end.setWritable(false, at: now, into: &outbox) }
        let sent = pair.sentBytes[0]
        pair.write(content(200_000), to: bulk)
        pair.write([1, 2, 3], to: small)
        #expect(pair.sentBytes[0] == sent)
        #expect(pair[.dialer].unsentBytes(on: bulk) == 200_000)
        pair.enter(.dialer) { end, now, outbox in end.setWritable(true, at: now, into: &outbox) }
        pair.settle()
        let order = pair.events[1].compactMap { event -> (StreamID, Int)? in
            if case .streamData(let stream, let data) = event { (stream, data.readableBytes) } else { nil }
        }
        #expect(order.firstIndex { $0.0 == small } == 1, "the small stream waits for one frame of the other")
        #expect(pair.data(bulk, at: .listener) == content(200_000))
    }

    /// However wide the windows are, the driver can say after each burst that the socket is full.
    @Test func sendsInBursts() {
        var pair = established { $0.settings.maximumBurst = 70_000 }
        let stream = pair.open()
        pair.settle()
        let before = pair.sentBytes[0]
        pair.write(content(200_000), to: stream)
        let burst = pair.sentBytes[0] - before
        #expect(burst >= 70_000 && burst < 140_000)
        #expect(pair[.dialer].nextDeadline == .zero)
        pair.enter(.dialer) { end, now, outbox in end.setWritable(false, at: now, into: &outbox) }
        #expect(pair[.dialer].nextDeadline != .zero && pair.sentBytes[0] - before == burst)
        pair.enter(.dialer) { end, now, outbox in end.setWritable(true, at: now, into: &outbox) }
        pair.settle()
        #expect(pair.data(stream, at: .listener) == content(200_000))
    }

    @Test func boundsWhatReadersLeave() {
        var pair = established { $0.settings.maximumBufferedBytes = 100_000 }
        pair.consumesAtOnce = false
        let stream = pair.open()
        pair.write(content(200_000), to: stream)
        pair.settle()
        #expect(pair.saw(.streamReset(stream), at: .listener))
        #expect(pair[.listener].isEstablished)
        let other = pair.open()
        pair.write(content(50_000), to: other)
        pair.settle()
        #expect(pair.data(other, at: .listener).count == 50_000)
    }

    @Test func boundsWhatWritersQueue() {
        var pair = established { $0.settings.maximumUnsentBytes = 300_000 }
        pair.consumesAtOnce = false
        let stream = pair.open()
        pair.write(content(300_000), to: stream)
        pair.settle()
        pair.write(content(300_000), to: stream)
        pair.settle()
        #expect(pair.saw(.streamReset(stream), at: .dialer))
        #expect(pair.saw(.streamReset(stream), at: .listener))
    }

    @Test func givesUpStreamsWithoutAnswer() {
        var pair = established()
        pair.cutAfter = [nil, 0]
        let stream = pair.open()
        pair.run(for: .seconds(9))
        #expect(pair.streamEvents(at: .dialer).isEmpty)
        pair.run(for: .seconds(2))
        #expect(pair.streamEvents(at: .dialer) == [.streamRefused(stream, .timedOut)])
    }

    @Test func pings() {
        var pair = established()
        pair.enter(.dialer) { end, now, outbox in end.ping(at: now, into: &outbox) }
        pair.enter(.dialer) { end, now, outbox in end.ping(at: now, into: &outbox) }
        pair.settle()
        pair.enter(.dialer) { end, now, outbox in end.ping(at: now, into: &outbox) }
        pair.settle()
        let spans = pair.events[0].filter { $0 == .pinged(pair.latency * 2) }
        #expect(spans.count == 3, "one of the session and two of the protocol")
        #expect(pair.events[1].count { $0 == .pingReceived } == 2)
    }

    @Test func staysAliveWhenIdleAndNoticesSilence() {
        var pair = established()
        pair.run(for: .minutes(5))
        #expect(pair[.dialer].isEstablished && pair[.listener].isEstablished)
        pair.cutAfter = [0, 0]
        pair.run(for: .seconds(26))
        #expect(pair[.dialer].closeReason == .keepAliveTimedOut)
        #expect(pair[.listener].closeReason == .keepAliveTimedOut)
    }

    @Test func saysGoodbye() {
        var pair = established()
        pair.enter(.dialer) { end, now, outbox in end.close(at: now, into: &outbox) }
        pair.settle()
        #expect(pair.events[0].last == .closed(.closedHere))
        #expect(!pair[.listener].isClosed)
        let stream = pair.open(from: .listener)
        #expect(pair.saw(.streamRefused(stream, .notConnected), at: .listener))
        pair.enter(.listener) { end, now, outbox in end.disconnected(at: now, into: &outbox) }
        #expect(pair.events[1].last == .closed(.wentAway(code: 0)))
    }

    /// Streams that ended in every way leave nothing behind.
    @Test func forgetsStreams() {
        var pair = established()
        for index in 0..<600 {
            let stream = pair.open(index % 7 == 0 ? "/other/1" : "/test/1")
            pair.write([1], to: stream)
            pair.finish(stream)
            pair.settle()
            if index % 2 == 0 {
                pair.finish(stream, from: .listener)
            } else {
                pair.reset(stream, from: index % 3 == 0 ? .dialer : .listener)
            }
            pair.settle()
        }
        pair.run(for: .seconds(20))
        for side in ConnectionPair.Side.allCases {
            guard let session = pair[side].session else {
                Issue.record("not open")
                return
            }
            #expect(session.streams.isEmpty && session.yamux.streams.isEmpty)
            #expect(session.yamux.unconsumedBytes == 0 && session.yamux.unsentBytes == 0)
        }
    }
}

import Testing

@testable import Overlay

/// Garbage, forgery and rule-breaking at every layer end the connection with the right reason, and never the process.
@Suite struct HostileTests {
    private func established(seed: UInt64 = 1) -> ConnectionPair {
        var pair = ConnectionPair(seed: seed)
        pair.start()
        pair.settle()
        return pair
    }

    /// Random bytes after a prefix of a true conversation.
    @Test(arguments: 1...200) func garbageAtAnyPoint(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var pair = ConnectionPair(seed: seed)
        let side: ConnectionPair.Side = random.below(2) == 0 ? .dialer : .listener
        pair.drips = random.below(4) == 0
        pair.cutAfter[side.other.rawValue] = random.below(600)
        pair.start()
        pair.settle()
        pair.inject(random.bytes(1 + random.below(2_000)), to: side)
        pair.settle()
        pair.run(for: .seconds(40))
        #expect(pair[side].isClosed, "seed \(seed)")
    }

    /// A single flipped bit anywhere in what either side sends is noticed, or was in bytes that say nothing.
    @Test(arguments: 1...100) func flippedBits(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var configuration = ConnectionPair.Configuration(random: &random)
        configuration.settings.keepAliveInterval = .hours(1)
        let sources = [random.fork(), random.fork()]
        var ends = [0, 1].map { index in
            Connection(
                role: index == 0 ? .initiator : .responder, identity: configuration.identities[index],
                expecting: nil, supported: [], identify: configuration.identify,
                settings: configuration.settings, random: sources[index], at: .zero)
        }
        var target = random.below(900)
        var queue: [(to: Int, bytes: [UInt8])] = []
        func run(_ index: Int, _ entry: (inout Connection, inout Connection.Outbox) -> Void) {
            var outbox = Connection.Outbox()
            entry(&ends[index], &outbox)
            for bytes in outbox.bytes {
                var array = bytes.array
                if array.indices.contains(target) { array[target] ^= 1 << UInt8(random.below(8)) }
                target -= array.count
                queue.append((1 - index, array))
            }
        }
        for index in 0...1 { run(index) { $0.start(at: .zero, into: &$1) } }
        while !queue.isEmpty {
            let next = queue.removeFirst()
            run(next.to) { $0.receive(Bytes(bytes: next.bytes), at: .zero, into: &$1) }
        }
        guard target < 0 else { return }
        for index in 0...1 { run(index) { $0.wake(at: .zero + .seconds(11), into: &$1) } }
        #expect(ends.contains { $0.isClosed }, "seed \(seed)")
    }

    @Test(arguments: ConnectionPair.Side.allCases) func forgedFrames(side: ConnectionPair.Side) {
        var pair = established()
        pair.inject([0, 40] + [UInt8](repeating: 7, count: 40), to: side)
        pair.settle()
        #expect(pair[side].closeReason == .decryptionFailed)
        #expect(pair.events[side.rawValue].last == .closed(.decryptionFailed))
    }

    /// What a session does with the plaintext of frames that a peer really sent.
    private func violate(_ frames: [YamuxFrame], data: [UInt8] = []) -> YamuxError? {
        var session = YamuxSession(isInitiator: false, settings: ConnectionSettings())
        var input = Bytes()
        for frame in frames { frame.write(to: &input) }
        input.writeBytes(data)
        var events: [YamuxEvent] = []
        do throws(YamuxError) {
            try session.receive(input, at: .zero, events: &events)
            return nil
        } catch {
            return error
        }
    }

    @Test func yamuxViolations() {
        let syn = YamuxFrame(.windowUpdate, .syn, stream: 1)
        #expect(violate([syn, syn]) == .badStreamID(1))
        #expect(violate([YamuxFrame(.windowUpdate, .syn, stream: 2)]) == .badStreamID(2))
        #expect(violate([YamuxFrame(.data, stream: 0, length: 1)]) == .streamZero)
        #expect(violate([syn, YamuxFrame(.data, stream: 1, length: 262_145)]) == .windowExceeded(1))
        #expect(violate([YamuxFrame(.data, stream: 9, length: .max)]) == .windowExceeded(9))
        #expect(violate([syn, YamuxFrame(.windowUpdate, stream: 1, length: .max)]) == .windowOverflow(1))
        let fin = YamuxFrame(.windowUpdate, .fin, stream: 1)
        #expect(violate([syn, fin, fin]) == .dataAfterEnd(1))
        #expect(violate([syn, fin, YamuxFrame(.data, stream: 1, length: 1)]) == .dataAfterEnd(1))
        #expect(violate([syn, YamuxFrame(.data, stream: 1, length: 2)], data: [1, 2]) == nil)
        #expect(violate([YamuxFrame(.data, stream: 7, length: 2)], data: [1, 2]) == nil)
    }

    /// Random frames of the right shape, in random pieces: the session's books stay in balance.
    @Test(arguments: 1...300) func yamuxFuzz(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var settings = ConnectionSettings()
        settings.maximumInboundStreams = 8
        settings.maximumBufferedBytes = 50_000
        var session = YamuxSession(isInitiator: random.below(2) == 0, settings: settings)
        var now = Instant.zero
        var events: [YamuxEvent] = []
        for _ in 0..<200 {
            now = now + .milliseconds(UInt64(random.below(50)))
            var input = Bytes()
            randomFrame(&random).write(to: &input)
            input.writeBytes(random.bytes(random.below(3) == 0 ? random.below(400) : 0))
            let violation = feed(&session, input, drip: random.below(3) == 0, at: now, events: &events)
            act(&session, &random, at: now)
            var output = Bytes()
            session.fill(&output, room: 20 + random.below(2_000), events: &events)
            let unconsumed = session.streams.values.reduce(0) { $0 + $1.unconsumed }
            let queued = session.streams.values.reduce(0) { $0 + $1.queuedBytes }
            #expect(session.unconsumedBytes == unconsumed && session.unsentBytes == queued, "seed \(seed)")
            #expect(unconsumed <= settings.maximumBufferedBytes)
            #expect(session.streams.keys.count { !session.isOwn($0) } <= 8)
            if violation { break }
        }
    }

    private func randomFrame(_ random: inout RandomSource) -> YamuxFrame {
        let kinds: [YamuxFrame.Kind] = [.data, .data, .windowUpdate, .windowUpdate, .ping, .goAway]
        let flags = random.below(2) == 0 ? 0 : UInt16(1 << random.below(4))
        return YamuxFrame(
            kinds[random.below(kinds.count)], YamuxFrame.Flags(rawValue: flags), stream: UInt32(random.below(20)),
            length: UInt32(random.below(500)))
    }

    private func feed(
        _ session: inout YamuxSession, _ input: Bytes, drip: Bool, at now: Instant, events: inout [YamuxEvent]
    ) -> Bool {
        do throws(YamuxError) {
            guard drip else {
                try session.receive(input, at: now, events: &events)
                return false
            }
            for byte in input.array { try session.receive(Bytes(bytes: [byte]), at: now, events: &events) }
            return false
        } catch {
            return true
        }
    }

    private func act(_ session: inout YamuxSession, _ random: inout RandomSource, at now: Instant) {
        let id = UInt32(random.below(20))
        switch random.below(7) {
        case 0: _ = session.open(at: now)
        case 1: _ = session.write(Bytes(bytes: random.bytes(random.below(3_000))), to: id)
        case 2: session.finish(id)
        case 3: session.reset(id)
        default: session.consumed(random.below(400), on: id, at: now)
        }
    }

    @Test func overload() {
        var pair = established()
        pair.enter(.listener) { end, now, outbox in end.setWritable(false, at: now, into: &outbox) }
        for _ in 0..<5_000 {
            let stream = pair.open()
            pair.reset(stream)
        }
        pair.settle()
        for _ in 0..<5_000 {
            let stream = pair.open()
            pair.write([UInt8](repeating: 1, count: 10), to: stream)
            pair.settle()
            pair.reset(stream)
        }
        pair.settle()
        #expect(pair[.listener].isEstablished, "resets of the other side ask for no answer")
        for _ in 0..<5_000 {
            pair.enter(.dialer) { end, now, outbox in
                end.withSession(into: &outbox) { session, _ in session.yamux.ping(1) }
            }
        }
        pair.settle()
        #expect(pair[.listener].closeReason == .overloaded)
    }

    /// A peer that floods pings without reading the echoes loses the stream, nothing else.
    @Test func pingFlood() {
        var pair = established()
        var stream: UInt32 = 0
        pair.enter(.dialer) { end, now, outbox in
            end.withSession(into: &outbox) { session, _ in
                session.ping(at: now)
                stream = session.pingStream?.stream ?? 0
            }
        }
        pair.settle()
        pair.enter(.listener) { end, now, outbox in end.setWritable(false, at: now, into: &outbox) }
        for _ in 0..<300 {
            pair.enter(.dialer) { end, now, outbox in
                end.withSession(into: &outbox) { session, _ in
                    _ = session.yamux.write(Bytes(bytes: [UInt8](repeating: 0, count: 32)), to: stream)
                }
            }
        }
        pair.settle()
        guard let session = pair[.listener].session else {
            Issue.record("the connection did not survive")
            return
        }
        #expect(session.yamux.streams[stream] == nil)
        #expect(session.yamux.unsentBytes <= Ping.maximumQueuedEcho)
    }

    /// An identify answer that never ends, or names another key, is dropped without harm.
    @Test func falseIdentify() throws {
        var random = RandomSource(seed: 5)
        let other = Identity(random: &random).publicKey
        var pair = ConnectionPair { $0.identify.publicKey = other }
        pair.start()
        pair.settle()
        #expect(pair[.dialer].isEstablished)
        #expect(!pair.events[0].contains { if case .identified = $0 { true } else { false } })
        var reader = IdentifyReader()
        let full = Bytes(bytes: [UInt8](repeating: 0x80, count: IdentifyInfo.maximumLength))
        let (fits, overflows) = (reader.receive(full), reader.receive(Bytes(bytes: [0])))
        #expect(fits && !overflows)
        #expect(throws: WireError.self) { try reader.finish() }
    }

    @Test(arguments: 1...300) func multistreamFuzz(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var lines = Bytes()
        MultistreamMessage.header.write(to: &lines)
        for _ in 0..<random.below(6) {
            let all: [MultistreamMessage] = [.header, .list, .notAvailable, .protocolID("/a"), .protocolID("/b")]
            all[random.below(all.count)].write(to: &lines)
        }
        var input = lines.array
        if random.below(2) == 0 { input[random.below(input.count)] = UInt8(random.below(256)) }
        input = Array(input.prefix(1 + random.below(input.count)))
        let whole = respond(to: [input])
        let dripped = respond(to: input.map { [$0] })
        #expect(whole == dripped, "seed \(seed)")
    }

    /// What a responder answers and decides, for input in pieces.
    private func respond(to pieces: [[UInt8]]) -> [String] {
        var responder = MultistreamResponder()
        var input = Bytes()
        var output = Bytes()
        for piece in pieces {
            input.writeBytes(piece)
            do throws(MultistreamMessage.Failure) {
                if case .selected(let name) = try responder.receive(&input, supported: ["/b"], output: &output) {
                    return ["selected \(name)", Hexadecimal.encode(output.array)]
                }
            } catch {
                return ["\(error)", Hexadecimal.encode(output.array)]
            }
        }
        return ["needs more", Hexadecimal.encode(output.array)]
    }
}

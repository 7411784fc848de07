import Overlay
import Testing

@testable import Inference

/// Garbage at every layer of a link: the link is lost, and nothing else.
struct LinkGarbageTests {
    // MARK: Below the messages

    @Test("bytes of nobody on the wire", arguments: [true, false])
    func onTheWire(isEstablished: Bool) throws {
        for seed in UInt64(0)..<25 {
            var random = RandomSource(seed: 500 + seed)
            let chain = try Chain(Network.Options(seed: 81 + seed))
            let network = chain.network
            let victim = try network.add()
            let wire = network.connect(victim, to: chain.relay)
            network.run(for: isEstablished ? .seconds(1) : .milliseconds(UInt64(random.below(16))))
            let garbage = random.bytes(1 + random.below(5_000))
            network.inject(garbage, into: wire, towards: random.below(2))
            // A short piece may pass for the beginning of a long frame; then the keep-alive notices.
            network.run(for: .seconds(45))
            let isLost = network.wires[wire].lanes.allSatisfy { $0.hasEnded }
            #expect(isLost, "seed \(500 + seed)")
            // The victim is no less welcome afterwards.
            #expect(network.areLinked(victim, chain.relay) || network.link(victim, chain.relay), "seed \(500 + seed)")
            #expect(network.areLinked(chain.caller, chain.relay) && network.areLinked(chain.host, chain.relay))
            #expect(chain.ask()?.text == "hello", "seed \(500 + seed)")
        }
    }

    // MARK: On the control stream

    /// A link session and a bare connection in front of it, joined by a wire without delay.
    private struct Bench {
        var session: LinkSession
        var rogue: Connection
        var events: [LinkEvent] = []
        var toRogue: [Bytes] = []

        init(role: Connection.Role, seed: UInt64) {
            var random = RandomSource(seed: seed)
            let (one, other) = (Identity(random: &random), Identity(random: &random))
            session = LinkSession(
                role: role, identity: one, expecting: nil, address: "bench", identify: IdentifyInfo(),
                settings: ConnectionSettings(), random: random.fork(), at: .zero)
            rogue = Connection(
                role: role == .initiator ? .responder : .initiator, identity: other, expecting: nil,
                supported: [LinkSession.controlProtocol, LinkSession.circuitProtocol], identify: IdentifyInfo(),
                random: random.fork(), at: .zero)
            withSession { $0.start(at: .zero, into: &$1) }
            withRogue { $0.start(at: .zero, into: &$1) }
            settle()
        }

        mutating func withSession(_ body: (inout LinkSession, inout LinkSession.Outbox) -> Void) {
            var outbox = LinkSession.Outbox()
            body(&session, &outbox)
            events += outbox.events
            toRogue += outbox.bytes
        }

        mutating func withRogue(_ body: (inout Connection, inout Connection.Outbox) -> Void) {
            var outbox = Connection.Outbox()
            body(&rogue, &outbox)
            rogueEvents += outbox.events
            for bytes in outbox.bytes { withSession { $0.receive(bytes, at: .zero, into: &$1) } }
        }

        var rogueEvents: [Connection.Event] = []

        mutating func settle() {
            while !toRogue.isEmpty {
                let bytes = toRogue.removeFirst()
                withRogue { $0.receive(bytes, at: .zero, into: &$1) }
            }
        }

        /// The control stream as the rogue sees it.
        mutating func controlStream() -> StreamID? {
            for case .streamOpened(let stream, LinkSession.controlProtocol) in rogueEvents { return stream }
            var opened = StreamID(rawValue: 0)
            withRogue { opened = $0.openStream(LinkSession.controlProtocol, at: .zero, into: &$1) }
            settle()
            return opened.rawValue == 0 ? nil : opened
        }

        mutating func write(_ bytes: [UInt8], to stream: StreamID) {
            withRogue { $0.write(Bytes(bytes: bytes), to: stream, at: .zero, into: &$1) }
            settle()
        }

        var closing: String? {
            for case .closed(let reason) in events { return reason }
            return nil
        }

        var messageCount: Int {
            events.count { event in
                if case .message = event { true } else { false }
            }
        }
    }

    @Test(arguments: [Connection.Role.initiator, .responder])
    func goodMessagesPass(role: Connection.Role) throws {
        var bench = Bench(role: role, seed: 1)
        let control = try present(bench.controlStream())
        let frame = LinkFrames.frame(LinkMessage.verdict(Verdict(code: .admitted)).encode()).array
        for byte in frame + frame { bench.write([byte], to: control) }
        #expect(bench.messageCount == 2 && bench.closing == nil)
        var heard = Bytes()
        bench.withSession { $0.send(.verdict(Verdict(code: .admitted)), at: .zero, into: &$1) }
        bench.settle()
        for case .streamData(control, let bytes) in bench.rogueEvents { heard.writeImmutableBuffer(bytes) }
        #expect(heard.array == frame)
    }

    @Test(
        "what is no message closes the link with words",
        arguments: [
            ([0xff, 0xff, 0xff], "longer than allowed"), ([1, 200], "unknown kind 200"), ([0], "ends early"),
            ([2, 0, 9], "version 9"), ([3, 3, 1, 2], "does not parse"), ([2, 1, 77], "unknown code 77"),
        ] as [([UInt8], String)], [Connection.Role.initiator, .responder])
    func noMessage(bad: (bytes: [UInt8], words: String), role: Connection.Role) throws {
        var bench = Bench(role: role, seed: 2)
        let control = try present(bench.controlStream())
        bench.write(bad.bytes, to: control)
        #expect(bench.closing?.contains(bad.words) == true, "\(bench.closing ?? "open")")
        let closed = bench.rogueEvents.contains { event in
            if case .closed = event { true } else { false }
        }
        let wentAway = bench.rogue.openStreamIsRefused()
        #expect(closed || wentAway)
    }

    @Test func nothingFollowsTheEnd() throws {
        var bench = Bench(role: .responder, seed: 3)
        let control = try present(bench.controlStream())
        let good = LinkFrames.frame(LinkMessage.verdict(Verdict(code: .admitted)).encode()).array
        bench.write([1, 200] + good + good, to: control)
        #expect(bench.closing != nil && bench.messageCount == 0)
        let count = bench.events.count
        bench.write(good, to: control)
        bench.withSession { $0.disconnected("later", at: .zero, into: &$1) }
        #expect(bench.events.count == count)
    }

    /// What waited to be sent is not reported as sent when the link ends.
    @Test func whatIsNotSentIsNotReported() throws {
        var bench = Bench(role: .responder, seed: 8)
        let control = try present(bench.controlStream())
        let ref = StreamRef(number: 1)
        bench.withSession { $0.openStream(ref, at: .zero, into: &$1) }
        bench.settle()
        // More than the window holds, and the other side reads nothing.
        let body = Bytes(repeating: 7, count: 400 << 10)
        bench.withSession { $0.write(body, to: ref, at: .zero, into: &$1) }
        bench.settle()
        bench.write([1, 200], to: control)
        bench.withSession { $0.write(body, to: ref, at: .zero, into: &$1) }
        let sent = bench.events.reduce(0) { sum, event in
            if case .streamSent(ref, let count) = event { sum + count } else { sum }
        }
        #expect(sent > 0 && sent < body.readableBytes)
        guard case .closed = bench.events.last else {
            Issue.record("an event after the end")
            return
        }
    }

    @Test func randomControlBytes() throws {
        print("seeds 1000 to 1299")
        for seed in UInt64(1_000)..<1_300 {
            var bench = Bench(role: seed % 2 == 0 ? .initiator : .responder, seed: seed)
            var random = RandomSource(seed: seed)
            let control = try present(bench.controlStream())
            // The first bytes may announce a long message, which has to come whole before it is judged.
            for _ in 0..<200 where bench.closing == nil {
                bench.write(random.bytes(1 + random.below(2_000)), to: control)
            }
            #expect(bench.closing != nil, "seed \(seed)")
        }
    }

    @Test func theControlStreamEndsTheLink() throws {
        for isReset in [true, false] {
            var bench = Bench(role: .responder, seed: 4)
            let control = try present(bench.controlStream())
            bench.withRogue { rogue, outbox in
                if isReset {
                    rogue.reset(control, at: .zero, into: &outbox)
                } else {
                    rogue.finish(control, at: .zero, into: &outbox)
                }
            }
            #expect(bench.closing != nil)
        }
    }

    @Test func aSecondControlStreamIsReset() throws {
        var bench = Bench(role: .responder, seed: 5)
        let first = try present(bench.controlStream())
        let second = try present(bench.controlStream())
        #expect(bench.rogueEvents.contains(.streamReset(second)) && bench.closing == nil && first != second)
    }

    @Test func aNeighbourThatSpeaksNoLinkProtocolIsLeft() {
        var random = RandomSource(seed: 6)
        let (one, other) = (Identity(random: &random), Identity(random: &random))
        var session = LinkSession(
            role: .initiator, identity: one, expecting: nil, address: "bench", identify: IdentifyInfo(),
            settings: ConnectionSettings(), random: random.fork(), at: .zero)
        var plain = Connection(
            role: .responder, identity: other, expecting: nil, supported: [], identify: IdentifyInfo(),
            random: random.fork(), at: .zero)
        var (up, down) = (LinkSession.Outbox(), Connection.Outbox())
        session.start(at: .zero, into: &up)
        plain.start(at: .zero, into: &down)
        var reasons: [String] = []
        while !up.bytes.isEmpty || !down.bytes.isEmpty {
            let (sent, answered) = (up.bytes, down.bytes)
            for case .closed(let reason) in up.events { reasons.append(reason) }
            (up, down) = (LinkSession.Outbox(), Connection.Outbox())
            for bytes in sent { plain.receive(bytes, at: .zero, into: &down) }
            for bytes in answered { session.receive(bytes, at: .zero, into: &up) }
        }
        for case .closed(let reason) in up.events { reasons.append(reason) }
        #expect(reasons == ["the other side is not a node of a mesh"])
    }
}

extension Connection {
    /// Whether no more streams can be opened, because the other side said that it ends.
    fileprivate mutating func openStreamIsRefused() -> Bool {
        var outbox = Outbox()
        return openStream("/x", at: .zero, into: &outbox).rawValue == 0
    }
}

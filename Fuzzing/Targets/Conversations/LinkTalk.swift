import Inference
import Mutations
import Overlay

/// A link session, and in front of it a connection whose owner writes what it likes on its streams.
struct LinkTalk {
    private var session: LinkSession
    private var rogue: Connection
    private var streams: [StreamID] = []
    private var refs: [StreamRef] = []
    private var toRogue: [Bytes] = []
    private var messages = 0
    private var end: String?
    private var complaint: String?
    private var now = Instant.zero + .seconds(1)

    private static let steps = 50
    private static let protocols = [
        LinkSession.controlProtocol, LinkSession.circuitProtocol, LibP2PKademliaMessage.protocolID, "/none",
    ]

    static func run(_ samples: Samples, _ random: inout FuzzRandom) -> FuzzOutcome {
        var talk = LinkTalk(samples, &random)
        talk.settle()
        let frames = samples.linkMessages.map { LinkFrames.frame($0.encode()).array }
        let tampering = Tampering(&random, pool: frames)
        for _ in 0..<steps where talk.complaint == nil { talk.act(frames, tampering, &random) }
        if let complaint = talk.complaint { return .broken(complaint) }
        if let end = talk.end { return .refused(FuzzRefusal(reason: end)) }
        return .accepted(talk.messages > 0 ? "messages" : "silence")
    }

    private init(_ samples: Samples, _ random: inout FuzzRandom) {
        var source = RandomSource(seed: random.next())
        let isDialed = random.isOnce(in: 2)
        session = LinkSession(
            role: isDialed ? .responder : .initiator, identity: samples.identities[0], expecting: nil, address: "here",
            identify: samples.identify, servesLibP2P: true, settings: .link, random: source.fork(), at: now)
        rogue = Connection(
            role: isDialed ? .initiator : .responder, identity: samples.identities[1], expecting: nil,
            supported: Self.protocols, identify: samples.identify, random: source.fork(), at: now)
        withSession { $0.start(at: $1, into: &$2) }
        withRogue { $0.start(at: $1, into: &$2) }
    }

    private mutating func withSession(_ body: (inout LinkSession, Instant, inout LinkSession.Outbox) -> Void) {
        var outbox = LinkSession.Outbox()
        body(&session, now, &outbox)
        toRogue += outbox.bytes
        for event in outbox.events {
            if let end { complaint = "an event after the end (\(end)): \(event)" }
            switch event {
            case .closed(let reason): end = reason
            case .message: messages += 1
            case .streamOpened(let ref), .libp2pStreamOpened(let ref): refs.append(ref)
            default: continue
            }
        }
    }

    private mutating func withRogue(_ body: (inout Connection, Instant, inout Connection.Outbox) -> Void) {
        var outbox = Connection.Outbox()
        body(&rogue, now, &outbox)
        for event in outbox.events {
            switch event {
            case .streamAccepted(let stream), .streamOpened(let stream, _): streams.append(stream)
            case .streamData(let stream, let bytes):
                withRogue { $0.consumed(bytes.readableBytes, on: stream, at: $1, into: &$2) }
            default: continue
            }
        }
        for bytes in outbox.bytes { withSession { $0.receive(bytes, at: $1, into: &$2) } }
    }

    private mutating func settle() {
        while !toRogue.isEmpty {
            let bytes = toRogue.removeFirst()
            withRogue { $0.receive(bytes, at: $1, into: &$2) }
        }
    }

    private mutating func act(_ frames: [[UInt8]], _ tampering: Tampering, _ random: inout FuzzRandom) {
        let stream = streams.isEmpty ? StreamID(rawValue: 0) : streams[random.below(streams.count)]
        let frame = Bytes(bytes: tampering.changed(random.pick(frames), &random))
        let name = Self.protocols[random.below(Self.protocols.count)]
        switch random.below(16) {
        case 0, 1: withRogue { _ = $0.openStream(name, at: $1, into: &$2) }
        case 2: withRogue { $0.finish(stream, at: $1, into: &$2) }
        case 3: withRogue { $0.reset(stream, at: $1, into: &$2) }
        case 4: serve(&random)
        case 5:
            now = now + .milliseconds(UInt64(random.below(4_000)))
            withSession { $0.wake(at: $1, into: &$2) }
            withRogue { $0.wake(at: $1, into: &$2) }
        default: withRogue { $0.write(frame, to: stream, at: $1, into: &$2) }
        }
        settle()
    }

    /// What the owner of the session may do.
    private mutating func serve(_ random: inout FuzzRandom) {
        let ref = refs.isEmpty ? StreamRef(number: 1) : refs[random.below(refs.count)]
        let opened = StreamRef(number: UInt64(random.below(20)) * 2 + 1)
        let bytes = Bytes(bytes: random.bytes(random.below(2_000)))
        switch random.below(6) {
        case 0:
            withSession { $0.openStream(opened, at: $1, into: &$2) }
            refs.append(opened)
        case 1: withSession { $0.write(bytes, to: ref, at: $1, into: &$2) }
        case 2: withSession { $0.finish(ref, at: $1, into: &$2) }
        case 3: withSession { $0.reset(ref, at: $1, into: &$2) }
        case 4: withSession { $0.consumed(100, of: ref, at: $1, into: &$2) }
        default: withSession { $0.ping(at: $1, into: &$2) }
        }
    }
}

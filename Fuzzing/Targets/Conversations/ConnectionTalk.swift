import Mutations
import Overlay

/// Two connections of libp2p whose bytes are changed on their way, while both use streams.
struct ConnectionTalk {
    private var ends: [Connection]
    private var events: [Connection.Event] = []
    private var streams: [[StreamID]] = [[], []]
    private var isClosed = [false, false]
    private var pipe: [(to: Int, bytes: [UInt8])] = []
    private var now = Instant.zero + .seconds(1)
    private var tampering: Tampering
    private var complaint: String?

    private static let steps = 120
    private static let protocols = ["/test/1", "/ipfs/ping/1.0.0", "/ipfs/id/1.0.0", "/none"]

    static func run(_ samples: Samples, _ random: inout FuzzRandom) -> FuzzOutcome {
        var talk = ConnectionTalk(samples, &random)
        for side in 0..<2 { talk.enter(side) { $0.start(at: $1, into: &$2) } }
        for _ in 0..<steps where talk.complaint == nil {
            if random.isOnce(in: 6) { talk.act(&random) }
            talk.deliver(&random)
        }
        if let complaint = talk.complaint { return .broken(complaint) }
        return talk.outcome
    }

    private init(_ samples: Samples, _ random: inout FuzzRandom) {
        tampering = Tampering(&random, pool: samples.multistreamLines)
        var source = RandomSource(seed: random.next())
        let identities = [samples.identities[0], samples.identities[1]]
        let roles: [Connection.Role] = random.isOnce(in: 8) ? [.initiator, .initiator] : [.initiator, .responder]
        ends = zip(identities, roles).map { identity, role in
            Connection(
                role: role, identity: identity, expecting: nil, supported: ["/test/1"], identify: samples.identify,
                random: source.fork(), at: .zero + .seconds(1))
        }
    }

    private mutating func enter(_ side: Int, _ entry: (inout Connection, Instant, inout Connection.Outbox) -> Void) {
        var outbox = Connection.Outbox()
        entry(&ends[side], now, &outbox)
        pipe += outbox.bytes.map { (1 - side, $0.array) }
        for event in outbox.events { note(event, at: side) }
    }

    private mutating func note(_ event: Connection.Event, at side: Int) {
        if isClosed[side] { complaint = "an event after the end: \(event)" }
        events.append(event)
        switch event {
        case .closed: isClosed[side] = true
        case .streamOpened(let stream, _), .streamAccepted(let stream): streams[side].append(stream)
        case .streamData(let stream, let bytes):
            if bytes.readableBytes == 0 { complaint = "no data in an event of data" }
            enter(side) { $0.consumed(bytes.readableBytes, on: stream, at: $1, into: &$2) }
        default: return
        }
    }

    private mutating func deliver(_ random: inout FuzzRandom) {
        guard !pipe.isEmpty else { return }
        let (side, bytes) = pipe.removeFirst()
        for piece in tampering.pieces(of: bytes, &random) {
            enter(side) { $0.receive(Bytes(bytes: piece), at: $1, into: &$2) }
        }
    }

    /// What the owner of an end may do at any time.
    private mutating func act(_ random: inout FuzzRandom) {
        let side = random.below(2)
        let stream = streams[side].isEmpty ? StreamID(rawValue: 0) : streams[side][random.below(streams[side].count)]
        let data = Bytes(bytes: random.bytes(random.isOnce(in: 8) ? 20_000 : random.below(100)))
        let name = Self.protocols[random.below(Self.protocols.count)]
        switch random.below(9) {
        case 0, 1: enter(side) { _ = $0.openStream(name, at: $1, into: &$2) }
        case 2, 3: enter(side) { $0.write(data, to: stream, at: $1, into: &$2) }
        case 4: enter(side) { $0.finish(stream, at: $1, into: &$2) }
        case 5: enter(side) { $0.reset(stream, at: $1, into: &$2) }
        case 6: enter(side) { $0.ping(at: $1, into: &$2) }
        case 7:
            let isWritable = random.isOnce(in: 2)
            enter(side) { $0.setWritable(isWritable, at: $1, into: &$2) }
        default: pass(.milliseconds(UInt64(random.below(6_000))))
        }
    }

    private mutating func pass(_ span: TimeSpan) {
        now = now + span
        for side in 0..<2 where ends[side].nextDeadline.map({ $0 <= now }) == true {
            enter(side) { $0.wake(at: $1, into: &$2) }
        }
    }

    private var outcome: FuzzOutcome {
        for case .closed(let reason) in events { return .refused(FuzzRefusal(reason: "\(reason)")) }
        let isEstablished = ends.allSatisfy(\.isEstablished)
        return .accepted(isEstablished ? (streams.contains { !$0.isEmpty } ? "streams" : "established") : "waiting")
    }
}

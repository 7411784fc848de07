import Mutations
import Overlay

/// One side of the multiplexer, and frames of anything that could come from the other.
struct YamuxTalk {
    private var session: YamuxSession
    private var events: [YamuxEvent] = []
    /// Numbers of streams; the first is the session's.
    private var known: [UInt32] = [0, 1, 2]
    /// The next number of the other side.
    private var next: UInt32
    private var now = Instant.zero + .seconds(1)
    /// In most conversations heads are whole, so that they get far.
    private let tampering: Tampering?

    private static let steps = 60
    private static let lengths: [UInt32] = [
        0, 1, 12, 256 << 10, (256 << 10) + 1, 16 << 20, (16 << 20) + 1, .max - (256 << 10), .max,
    ]

    static func run(_ random: inout FuzzRandom) -> FuzzOutcome {
        var talk = YamuxTalk(&random)
        var isOver = false
        for _ in 0..<steps where !isOver {
            if random.isOnce(in: 3) {
                talk.act(&random)
            } else {
                let bytes = talk.frame(&random)
                do throws(YamuxError) {
                    try talk.session.receive(Bytes(bytes: bytes), at: talk.now, events: &talk.events)
                } catch {
                    isOver = true
                    if talk.events.count > 10_000 { return .broken("\(talk.events.count) events") }
                    return talk.complaint.map { .broken($0) } ?? .refused(error)
                }
            }
            if let complaint = talk.complaint { return .broken(complaint) }
            for case .opened(let id) in talk.events where talk.known.count < 40 { talk.known.append(id) }
            talk.events = []
        }
        return .accepted("\(talk.known.count > 3 ? "streams" : "no streams")")
    }

    private init(_ random: inout FuzzRandom) {
        var settings = ConnectionSettings()
        // Small, so that the limits are reached.
        settings.maximumInboundStreams = 8
        settings.maximumOutboundStreams = 8
        settings.acknowledgementBacklog = 4
        settings.maximumBufferedBytes = 600 << 10
        let isInitiator = random.isOnce(in: 2)
        session = YamuxSession(isInitiator: isInitiator, settings: settings)
        next = isInitiator ? 2 : 1
        tampering = random.isOnce(in: 4) ? Tampering(&random) : nil
    }

    private var complaint: String? {
        if session.unsentBytes < 0 || session.unconsumedBytes < 0 { return "fewer bytes than none" }
        return session.unconsumedBytes > 600 << 10 ? "more bytes than may wait" : nil
    }

    /// A frame, mostly one that makes sense, with its data or a part of it.
    private mutating func frame(_ random: inout FuzzRandom) -> [UInt8] {
        let kinds: [YamuxFrame.Kind] = [.data, .data, .data, .windowUpdate, .windowUpdate, .ping, .goAway]
        let kind = kinds[random.below(kinds.count)]
        let flags: [YamuxFrame.Flags] = [[], [], [], [], [], [], .ack, .fin, .rst, [.fin, .ack]]
        var (flag, stream) = (flags[random.below(flags.count)], known[1 + random.below(known.count - 1)])
        if random.isOnce(in: 3) {
            flag = random.isOnce(in: 8) ? [.syn, .rst, .ack] : (random.isOnce(in: 6) ? [.syn, .fin] : .syn)
            stream = next
            next &+= 2
        }
        if random.isOnce(in: 30) { stream = UInt32(random.below(40)) }
        if random.isOnce(in: 60) { stream = .max - UInt32(random.below(3)) }
        var length = UInt32(random.below(3_000))
        if random.isOnce(in: 24) { length = Self.lengths[random.below(Self.lengths.count)] }
        var output = Bytes()
        YamuxFrame(kind, flag, stream: stream, length: length).write(to: &output)
        let head = tampering?.changed(output.array, &random) ?? output.array
        guard kind == .data else { return head }
        let body = random.isOnce(in: 60) ? random.below(5_000) : Int(min(length, 300_000))
        return head + [UInt8](repeating: 7, count: body)
    }

    private mutating func act(_ random: inout FuzzRandom) {
        let stream = known[random.below(known.count)]
        let count = random.below(random.isOnce(in: 4) ? 400_000 : 300)
        switch random.below(8) {
        case 0: if let id = session.open(at: now) { known.append(id) }
        case 1: _ = session.write(Bytes(repeating: 1, count: count), to: stream)
        case 2: session.finish(stream)
        case 3: session.reset(stream)
        case 4, 5: session.consumed(count, on: stream, at: now)
        case 6: session.ping(UInt32(truncatingIfNeeded: random.next()))
        default:
            var output = Bytes()
            let room = 13 + random.below(70_000)
            session.fill(&output, room: room, events: &events)
            now = now + .milliseconds(UInt64(random.below(500)))
        }
    }
}

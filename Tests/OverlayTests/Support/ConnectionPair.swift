import Testing

@testable import Overlay

/// Two connections over a fake pipe with a delay in virtual time; keeps what each of them reported.
struct ConnectionPair {
    enum Side: Int, CaseIterable {
        case dialer = 0
        case listener = 1

        var other: Side { self == .dialer ? .listener : .dialer }
    }

    private struct Delivery {
        var at: Instant
        var to: Side
        var bytes: Bytes
    }

    /// Time for bytes from one end to the other.
    var latency = TimeSpan.milliseconds(10)
    /// Whether bytes arrive one at a time instead of as they were sent.
    var drips = false
    /// Whether data is reported as consumed as soon as it comes.
    var consumesAtOnce = true
    /// Bytes that the pipe takes from each side; what is above is lost, as if the line were cut.
    var cutAfter: [Int?] = [nil, nil]

    private(set) var now = Instant.zero
    private(set) var ends: [Connection]
    private(set) var events: [[Connection.Event]] = [[], []]
    /// Stream data by side and stream.
    private(set) var received: [[StreamID: [UInt8]]] = [[:], [:]]
    private(set) var sentBytes = [0, 0]
    private var pipe: [Delivery] = []

    init(seed: UInt64 = 1, expecting: PeerID? = nil, adjust: (inout Configuration) -> Void = { _ in }) {
        var random = RandomSource(seed: seed)
        var configuration = Configuration(random: &random)
        configuration.expecting = expecting
        adjust(&configuration)
        ends = Side.allCases.map { side in
            Connection(
                role: configuration.roles[side.rawValue], identity: configuration.identities[side.rawValue],
                expecting: side == .dialer ? configuration.expecting : nil, supported: configuration.supported,
                identify: configuration.identify, settings: configuration.settings, random: random.fork(),
                at: .zero)
        }
    }

    struct Configuration {
        var identities: [Identity]
        var roles: [Connection.Role] = [.initiator, .responder]
        var expecting: PeerID?
        var supported = ["/test/1"]
        var settings = ConnectionSettings()
        var identify = IdentifyInfo()

        init(random: inout RandomSource) {
            identities = [Identity(random: &random), Identity(random: &random)]
        }
    }

    subscript(side: Side) -> Connection { ends[side.rawValue] }

    mutating func start() {
        for side in Side.allCases {
            enter(side) { end, now, outbox in end.start(at: now, into: &outbox) }
        }
    }

    /// Calls one entry and puts what it wants sent into the pipe.
    mutating func enter(
        _ side: Side, _ entry: (inout Connection, Instant, inout Connection.Outbox) -> Void
    ) {
        var outbox = Connection.Outbox()
        entry(&ends[side.rawValue], now, &outbox)
        for bytes in outbox.bytes { send(bytes, from: side) }
        for event in outbox.events { note(event, at: side) }
    }

    private mutating func send(_ bytes: Bytes, from side: Side) {
        var bytes = bytes
        if let limit = cutAfter[side.rawValue] {
            let room = max(0, limit - sentBytes[side.rawValue])
            bytes = bytes.getSlice(at: bytes.readerIndex, length: min(room, bytes.readableBytes)) ?? Bytes()
        }
        guard bytes.readableBytes > 0 else { return }
        sentBytes[side.rawValue] += bytes.readableBytes
        pipe.append(Delivery(at: now + latency, to: side.other, bytes: bytes))
    }

    private mutating func note(_ event: Connection.Event, at side: Side) {
        events[side.rawValue].append(event)
        guard case .streamData(let stream, let data) = event else { return }
        received[side.rawValue][stream, default: []] += data.array
        guard consumesAtOnce else { return }
        enter(side) { end, now, outbox in
            end.consumed(data.readableBytes, on: stream, at: now, into: &outbox)
        }
    }

    /// Puts bytes of nobody into the pipe.
    mutating func inject(_ bytes: [UInt8], to side: Side) {
        pipe.append(Delivery(at: now + latency, to: side, bytes: Bytes(bytes: bytes)))
    }

    /// Delivers until nothing is under way; of the timers only those run that are due at once.
    mutating func settle() {
        while true {
            for side in Side.allCases where self[side].nextDeadline == .zero {
                enter(side) { end, now, outbox in end.wake(at: now, into: &outbox) }
            }
            guard !pipe.isEmpty else { break }
            let next = pipe.removeFirst()
            now = max(now, next.at)
            deliver(next)
        }
    }

    private mutating func deliver(_ delivery: Delivery) {
        guard drips else {
            return enter(delivery.to) { end, now, outbox in
                end.receive(delivery.bytes, at: now, into: &outbox)
            }
        }
        for byte in delivery.bytes.array {
            enter(delivery.to) { end, now, outbox in
                end.receive(Bytes(bytes: [byte]), at: now, into: &outbox)
            }
        }
    }

    /// Lets time pass, running timers and deliveries in their order.
    mutating func run(for span: TimeSpan) {
        let end = now + span
        while true {
            let timer = Side.allCases.compactMap { side in self[side].nextDeadline.map { ($0, side) } }
                .min { $0.0 < $1.0 }
            let arrival = pipe.first?.at ?? .distantFuture
            if arrival <= end, arrival <= timer?.0 ?? .distantFuture {
                let next = pipe.removeFirst()
                now = max(now, next.at)
                deliver(next)
            } else if let (at, side) = timer, at <= end {
                now = max(now, at)
                enter(side) { end, now, outbox in end.wake(at: now, into: &outbox) }
            } else {
                break
            }
        }
        now = end
    }

    mutating func open(_ name: String = "/test/1", from side: Side = .dialer) -> StreamID {
        var stream = StreamID(rawValue: 0)
        enter(side) { end, now, outbox in stream = end.openStream(name, at: now, into: &outbox) }
        return stream
    }

    mutating func write(_ data: [UInt8], to stream: StreamID, from side: Side = .dialer) {
        enter(side) { end, now, outbox in end.write(Bytes(bytes: data), to: stream, at: now, into: &outbox) }
    }

    mutating func finish(_ stream: StreamID, from side: Side = .dialer) {
        enter(side) { end, now, outbox in end.finish(stream, at: now, into: &outbox) }
    }

    mutating func reset(_ stream: StreamID, from side: Side = .dialer) {
        enter(side) { end, now, outbox in end.reset(stream, at: now, into: &outbox) }
    }

    func saw(_ event: Connection.Event, at side: Side) -> Bool { events[side.rawValue].contains(event) }

    func data(_ stream: StreamID, at side: Side) -> [UInt8] { received[side.rawValue][stream] ?? [] }

    /// Everything reported that is not part of every connection's beginning.
    func streamEvents(at side: Side) -> [Connection.Event] {
        events[side.rawValue].filter { event in
            switch event {
            case .established, .identified, .pinged, .pingReceived, .streamData: false
            default: true
            }
        }
    }
}

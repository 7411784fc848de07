/// libp2p's ping: 32 random bytes on a stream of their own, which come back as they are
/// (https://github.com/libp2p/specs/blob/master/ping/ping.md).
struct Ping: Sendable {
    static let protocolID = "/ipfs/ping/1.0.0"
    static let length = 32
    /// Echoed bytes that may wait for the other side's window; one that sends on without reading is reset.
    static let maximumQueuedEcho = 4_096

    /// What the answer did to the ping.
    enum Answer: Hashable, Sendable {
        case incomplete
        case complete(TimeSpan)
        /// Something else came back than was sent.
        case wrong
    }

    /// The stream that pings go out on; kept from ping to ping.
    let stream: UInt32
    private var expected: ArraySlice<UInt8> = []
    private var sentAt = Instant.zero

    init(stream: UInt32) {
        self.stream = stream
    }

    /// Whether an answer is awaited.
    var isWaiting: Bool { !expected.isEmpty }

    /// The bytes of a new ping.
    mutating func send(random: inout RandomSource, at now: Instant) -> [UInt8] {
        let payload = random.bytes(Self.length)
        expected = payload[...]
        sentAt = now
        return payload
    }

    mutating func receive(_ bytes: Bytes, at now: Instant) -> Answer {
        guard isWaiting else { return .wrong }
        for byte in bytes.array {
            guard expected.popFirst() == byte else { return .wrong }
        }
        return isWaiting ? .incomplete : .complete(now.since(sentAt))
    }

    /// Whether the answer has been awaited for `limit` or longer.
    func isOverdue(at now: Instant, limit: TimeSpan) -> Bool {
        isWaiting && now.since(sentAt) >= limit
    }
}

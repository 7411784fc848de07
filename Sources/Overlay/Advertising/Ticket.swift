/// A registrar's word on how long a host has waited for a place, which the host keeps for it (TopDisc): the registrar
/// remembers nothing of those who wait.
///
/// Layout: first asked at 8 │ valid from 8 (nanoseconds of the registrar's clock, big-endian) │ code 16, the first half
/// of HMAC-SHA256 over the topic, the host's key and both times. It means something to the registrar only.
public struct Ticket: Hashable, Sendable {
    /// The 32 bytes on the wire.
    public let bytes: Bytes32

    /// Stands where there is none.
    public static let none = Ticket(bytes: .zero)

    /// From the wire; says nothing about whose it is.
    public init(bytes: Bytes32) {
        self.bytes = bytes
    }

    var firstAskedAt: Instant { Instant(nanoseconds: bytes.bigEndianWords.0) }
    var validFrom: Instant { Instant(nanoseconds: bytes.bigEndianWords.1) }
}

/// What a registrar makes its tickets with, and knows them by.
struct TicketKey: Sendable {
    private let secret: [UInt8]

    init(random: inout RandomSource) {
        secret = random.bytes(HMAC.length)
    }

    func ticket(topic: NodeKey, host: PeerID, firstAskedAt: Instant, validFrom: Instant) -> Ticket {
        var writer = Writer(reserving: 80)
        writer.bytes32(topic.bytes)
        writer.bytes32(NodeKey(host).bytes)
        writer.uint64(firstAskedAt.nanoseconds)
        writer.uint64(validFrom.nanoseconds)
        let code = HMAC.authenticate(writer.array, key: secret).bigEndianWords
        return Ticket(
            bytes: Bytes32(bigEndian: (firstAskedAt.nanoseconds, validFrom.nanoseconds, code.0, code.1)))
    }

    /// Whether this key made the ticket, for this host and topic.
    func isOwn(_ ticket: Ticket, topic: NodeKey, host: PeerID) -> Bool {
        let own = self.ticket(
            topic: topic, host: host, firstAskedAt: ticket.firstAskedAt, validFrom: ticket.validFrom)
        return ConstantTime.equal(own.bytes, ticket.bytes)
    }
}

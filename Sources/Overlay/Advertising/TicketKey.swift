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

/// Dial-backs, which belong to no session.
extension DatagramEndpoint {
    /// Sends a dial-back for a question, in the entry that brought it and before its answer. Only to the IP address that the
    /// question came from, and only where an answer would go, too.
    public mutating func dialBack(
        _ nonce: DialBackNonce, to target: UDPEndpoint, for source: DatagramSource, now: Instant,
        into outbox: inout DatagramOutbox
    ) {
        guard target.ip == source.endpoint.ip, isAnswerable(source, at: now) else {
            return counters.drop(.unprovenAddress)
        }
        let packet = DialBackPacket.encode(nonce)
        counters.sent &+= 1
        counters.bytesSent &+= UInt64(packet.count)
        outbox.dialBacks.append((packet, target))
    }

    /// A first packet may get as much as it brought, so its sender's address need not be proven.
    private func isAnswerable(_ source: DatagramSource, at now: Instant) -> Bool {
        if source.isFirst { return openings[source.session]?.endpoint == source.endpoint }
        guard let session = sessions[source.session] else { return false }
        return session.isAlive(at: now, settings: settings) && session.isProven(source.endpoint)
    }

    mutating func receiveDialBack(_ bytes: [UInt8], from endpoint: UDPEndpoint, into outbox: inout DatagramOutbox) {
        guard let packet = DialBackPacket(bytes) else { return counters.drop(.malformed) }
        outbox.receivedDialBacks.append((packet.nonce, endpoint))
    }
}

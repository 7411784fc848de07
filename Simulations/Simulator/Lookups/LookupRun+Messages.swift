import Overlay

/// How messages of a ``LookupRun`` travel. Whether a packet holds a message is as with real sessions; none is encrypted.
extension LookupRun {
    /// Bytes of a token that both sides show in a handshake, as the authority of a mesh issues it.
    private static let token = 330
    /// Round trips until a link is up: TCP, Noise, and the admission.
    private static let linkRoundTrips: UInt64 = 3
    /// When a dialer gives up an address where nobody answers.
    private static let dialTimeout = TimeSpan.seconds(10)

    func index(_ place: Int) -> NodeIndex { NodeIndex(space.nodes[place].number) }

    private static func introduction(_ record: ContactRecord) -> Int { 2 + token + record.bytes.count }

    /// Bytes that the answer to a first packet has for its message.
    static func firstAnswerRoom(_ own: ContactRecord) -> Int { DatagramLimits.answer - introduction(own) }

    private func pair(_ one: Int, _ other: Int) -> [Int] { [min(one, other), max(one, other)] }

    private func place(at endpoint: UDPEndpoint) -> Int? {
        AddressPlan.node(at: endpoint).flatMap { space.place(of: $0) }
    }

    /// A first packet is sent where there is no session, whatever was wanted, and it is always full.
    mutating func send(_ message: KademliaMessage, from place: Int, to endpoint: UDPEndpoint, isFirst: Bool) {
        guard let there = self.place(at: endpoint) else { return }
        let bytes = message.encode()
        let isFirst = isFirst || !sessions.contains(pair(place, there))
        let length = isFirst ? DatagramLimits.datagram : bytes.readableBytes + Self.sessionOverhead
        guard passes(length), space.nodes[there].runs else { return }
        schedule(
            .datagram(bytes, from: place, to: there, isFirst: isFirst, opensSession: false), after: oneWay(place, there)
        )
    }

    private static var sessionOverhead: Int { DatagramLimits.datagram - DatagramLimits.message }

    mutating func answer(_ message: KademliaMessage, from place: Int, to source: DatagramSource) {
        guard let there = self.place(at: source.endpoint), let own = record(place) else { return }
        let bytes = message.encode()
        let answerOverhead = DatagramLimits.datagram - DatagramLimits.answer + Self.introduction(own)
        let length = bytes.readableBytes + (source.isFirst ? answerOverhead : Self.sessionOverhead)
        guard passes(length) else { return }
        if source.isFirst { sessions.insert(pair(place, there)) }
        schedule(
            .datagram(bytes, from: place, to: there, isFirst: false, opensSession: source.isFirst),
            after: oneWay(place, there))
    }

    mutating func connect(_ place: Int, to peer: PeerID) {
        guard let there = shelf.place(of: peer), space.nodes[there].runs else {
            return schedule(.dialFailed(place, peer), after: Self.dialTimeout)
        }
        schedule(.linked(place, there), after: roundTrip(place, there) * Self.linkRoundTrips)
    }

    /// TCP repeats what is lost; that it comes later then is left out, for hardly anything goes this way.
    mutating func sendOverLink(_ message: KademliaMessage, from place: Int, to peer: PeerID) {
        guard let there = shelf.place(of: peer) else { return }
        schedule(.message(message.encode(), from: place, to: there), after: oneWay(place, there))
    }
}

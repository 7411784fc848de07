import Overlay

/// Two endpoints and the way between them, which takes no time.
struct EndpointPair {
    /// Nothing came where something was expected.
    struct Lost: Error {}

    private static let settings: DatagramSettings = {
        var settings = DatagramSettings()
        // A benchmark makes more handshakes than a node answers.
        settings.handshakesPerSecond = 1_000_000
        settings.handshakeBurst = 100_000_000
        return settings
    }()
    /// Far more than an exchange with a cookie takes.
    private static let mostCrossings = 16
    private static let introduction = [UInt8](repeating: 7, count: 500)
    private static let places = [
        UDPEndpoint(ip: .v4(0x7f00_0001), port: 4_001), UDPEndpoint(ip: .v4(0x7f00_0001), port: 4_002),
    ]

    private var endpoints: [DatagramEndpoint]
    private let peer: PeerID
    private let question = KademliaMessage.findNode(
        request: 1, target: NodeKey(hashing: [1]), count: KademliaMessage.maximumRecords
    ).encode()
    private let now = Instant.zero + .seconds(1)

    init() {
        var random = RandomSource(seed: 1)
        let identities = [Identity(random: &random), Identity(random: &random)]
        peer = identities[1].peerID
        endpoints = identities.map {
            DatagramEndpoint(identity: $0, mesh: .zero, settings: Self.settings, random: random.fork(), at: .zero)
        }
    }

    /// A question from the first to the second, and an answer of so many bytes, with whatever else has to cross for them.
    /// - Returns: how many round trips passed until the answer was there.
    @discardableResult
    mutating func ask(isFirst: Bool, answer length: Int) throws -> Int {
        var outbox = DatagramOutbox()
        endpoints[0].ask(
            question, introduction: Self.introduction, of: peer, at: Self.places[1], isFirst: isFirst, now: now,
            into: &outbox)
        var crossings = 0
        while !outbox.packets.isEmpty, crossings < Self.mostCrossings {
            let receiver = 1 - crossings % 2
            var received = deliver(outbox, to: receiver)
            crossings += 1
            if receiver == 0, !received.received.isEmpty { return crossings / 2 }
            for asked in received.received {
                endpoints[receiver].answer(
                    Bytes(repeating: 9, count: length), introduction: Self.introduction, to: asked.source, now: now,
                    into: &received)
            }
            outbox = received
        }
        throw Lost()
    }

    private mutating func deliver(_ outbox: DatagramOutbox, to number: Int) -> DatagramOutbox {
        var received = DatagramOutbox()
        for packet in outbox.packets {
            endpoints[number].receive(
                Bytes(bytes: packet.bytes), from: Self.places[1 - number], at: now, into: &received)
        }
        return received
    }
}

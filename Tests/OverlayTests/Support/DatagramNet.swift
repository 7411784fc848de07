import Testing

@testable import Overlay

/// Datagram endpoints in virtual time, and a network between them that delivers when it is told to. A message that begins
/// with `?` is a question and is answered with `!` and the rest.
struct DatagramNet {
    /// A datagram on its way, or one that was.
    struct Packet {
        var bytes: [UInt8]
        var from: UDPEndpoint
        var to: UDPEndpoint

        var kind: PacketKind? { bytes.first.flatMap(PacketKind.init) }
    }

    /// A message that came up at a node.
    struct Arrival {
        var node: Int
        var datagram: ReceivedDatagram

        var text: String { String(decoding: datagram.message.readableBytesView, as: UTF8.self) }
        var introduction: String? { datagram.introduction.map { String(decoding: $0, as: UTF8.self) } }
    }

    struct Node {
        var endpoint: DatagramEndpoint
        var address: UDPEndpoint
        let identity: Identity
    }

    static let mesh = SHA256.hash([UInt8]("a mesh".utf8))

    var now = Instant(nanoseconds: 1_000_000_000_000)
    private(set) var nodes: [Node] = []
    /// What is under way, in the order of sending.
    var queue: [Packet] = []
    /// Everything that was ever sent.
    private(set) var sent: [Packet] = []
    private(set) var arrivals: [Arrival] = []
    /// Whether questions are answered.
    var answers = true
    /// Where a dial-back goes to for a question, when one is sent: before its answer.
    var dialBack: ((DatagramSource) -> UDPEndpoint)?
    /// Dial-backs that were sent, and their nonces that came.
    private(set) var dialBacks: [Packet] = []
    private(set) var nonces: [DialBackNonce] = []
    /// What an answer consists of besides its text.
    var padding = 0

    private var random: RandomSource

    init(nodes count: Int = 2, seed: UInt64 = 1, settings: DatagramSettings = DatagramSettings()) {
        random = RandomSource(seed: seed)
        for _ in 0..<count { add(settings: settings) }
    }

    static func address(_ node: Int, port: UInt16 = 4001) -> UDPEndpoint {
        // Every node in a network of its own.
        UDPEndpoint(ip: .v4(0xc600_0001 + UInt32(node) << 8), port: port)
    }

    mutating func add(mesh: Bytes32 = Self.mesh, settings: DatagramSettings = DatagramSettings()) {
        let identity = Identity(random: &random)
        nodes.append(
            Node(
                endpoint: DatagramEndpoint(
                    identity: identity, mesh: mesh, settings: settings, random: random.fork(), at: now),
                address: Self.address(nodes.count), identity: identity))
    }

    /// The node forgets everything but its key.
    mutating func restart(_ node: Int, settings: DatagramSettings = DatagramSettings()) {
        nodes[node].endpoint = DatagramEndpoint(
            identity: nodes[node].identity, mesh: Self.mesh, settings: settings, random: random.fork(), at: now)
    }

    mutating func move(_ node: Int, to address: UDPEndpoint) {
        nodes[node].address = address
    }

    func peer(_ node: Int) -> PeerID { nodes[node].identity.peerID }

    func counters(_ node: Int) -> DatagramCounters { nodes[node].endpoint.counters }

    func drops(_ node: Int, _ reason: DatagramDrop) -> UInt64 { counters(node).dropped[reason] ?? 0 }

    func texts(at node: Int) -> [String] { arrivals.filter { $0.node == node }.map(\.text) }

    mutating func ask(_ text: String, from node: Int, to other: Int, isFirst: Bool = false) {
        enter(node) { endpoint, now, outbox, net in
            endpoint.ask(
                Bytes(bytes: Array(text.utf8)), introduction: Array("node \(node)".utf8), of: net.peer(other),
                at: net.nodes[other].address, isFirst: isFirst, now: now, into: &outbox)
        }
    }

    /// Hands a datagram to a node, whatever it is.
    mutating func inject(_ bytes: [UInt8], from source: UDPEndpoint, to node: Int) {
        deliver(Packet(bytes: bytes, from: source, to: nodes[node].address))
    }

    /// Calls an entry, puts what it sends under way and answers the questions that came.
    private mutating func enter(
        _ node: Int, _ entry: (inout DatagramEndpoint, Instant, inout DatagramOutbox, DatagramNet) -> Void
    ) {
        var outbox = DatagramOutbox()
        let before = self
        entry(&nodes[node].endpoint, now, &outbox, before)
        for datagram in outbox.received {
            arrivals.append(Arrival(node: node, datagram: datagram))
            if datagram.message.readableBytesView.first == UInt8(ascii: "?"), let target = dialBack?(datagram.source),
                let nonce = DialBackNonce(random.bytes(16))
            {
                nodes[node].endpoint.dialBack(nonce, to: target, for: datagram.source, now: now, into: &outbox)
            }
            if answers, datagram.message.readableBytesView.first == UInt8(ascii: "?") {
                var message = Bytes(bytes: [UInt8(ascii: "!")] + datagram.message.readableBytesView.dropFirst())
                message.writeRepeatingByte(UInt8(ascii: "."), count: padding)
                nodes[node].endpoint.answer(
                    message, introduction: Array("node \(node)".utf8), to: datagram.source, now: now, into: &outbox)
            }
        }
        nonces += outbox.receivedDialBacks.map(\.nonce)
        for (bytes, destination) in outbox.dialBacks {
            let spare = UDPEndpoint(ip: nodes[node].address.ip, port: 50_000)
            dialBacks.append(Packet(bytes: bytes, from: spare, to: destination))
        }
        for (bytes, destination) in outbox.packets {
            let packet = Packet(bytes: bytes, from: nodes[node].address, to: destination)
            queue.append(packet)
            sent.append(packet)
        }
    }

    mutating func deliver(_ packet: Packet) {
        guard let node = nodes.firstIndex(where: { $0.address == packet.to }) else { return }
        enter(node) { endpoint, now, outbox, _ in
            endpoint.receive(Bytes(bytes: packet.bytes), from: packet.from, at: now, into: &outbox)
        }
    }

    /// Delivers until nothing is under way; `change` may alter a packet or lose it.
    mutating func settle(_ change: (Packet) -> Packet? = { $0 }) {
        while !queue.isEmpty {
            if let packet = change(queue.removeFirst()) { deliver(packet) }
        }
    }

    /// Takes the oldest packet that is under way off the network.
    mutating func take() throws -> Packet {
        try #require(!queue.isEmpty, "nothing is under way")
        return queue.removeFirst()
    }
}

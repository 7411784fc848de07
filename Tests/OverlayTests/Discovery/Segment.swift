@testable import Overlay

/// A network segment in virtual time: what one sends all hear, the sender too.
struct Segment {
    struct Member {
        var discovery: MulticastDiscovery
        let address: IPAddress
        var found: [(peer: PeerID, addresses: [Multiaddr], at: Instant)] = []
        var left: [PeerID] = []
    }

    struct Sent {
        let member: Int
        let at: Instant
        let message: DNSMessage
    }

    private(set) var members: [Member] = []
    private(set) var sent: [Sent] = []
    var now = Instant(nanoseconds: 1_000_000_000)

    static func peer(_ byte: UInt8) -> PeerID {
        guard let key = PublicKey([UInt8](repeating: byte, count: 32)) else {
            preconditionFailure("32 bytes are a key")
        }
        return PeerID(key)
    }

    static func address(_ member: Int) -> IPAddress { .v4(0x0a00_0001 + UInt32(member)) }

    /// Adds a node; with a port it can be dialed.
    mutating func add(
        mesh: UInt8 = 1, port: UInt16? = 5_002, settings: MulticastSettings = MulticastSettings(), seed: UInt64
    ) throws {
        let number = members.count
        guard let mesh = Bytes32([UInt8](repeating: mesh, count: 32)) else { preconditionFailure("32 bytes") }
        let discovery = try MulticastDiscovery(
            mesh: mesh, peer: Self.peer(UInt8(number + 1)), settings: settings,
            random: RandomSource(seed: seed &* 1_000 &+ UInt64(number)), at: now)
        members.append(Member(discovery: discovery, address: Self.address(number)))
        guard let port else { return }
        enter(number) { $0.setAddresses([Multiaddr(ip: Self.address(number), tcp: port)], at: $1, into: &$2) }
    }

    mutating func enter(
        _ number: Int, _ body: (inout MulticastDiscovery, Instant, inout MulticastDiscovery.Outbox) -> Void
    ) {
        var outbox = MulticastDiscovery.Outbox()
        body(&members[number].discovery, now, &outbox)
        for action in outbox.actions {
            switch action {
            case .found(let peer, let addresses): members[number].found.append((peer, addresses, now))
            case .left(let peer): members[number].left.append(peer)
            case .send(let bytes):
                guard let message = try? DNSMessage(decoding: bytes) else { continue }
                sent.append(Sent(member: number, at: now, message: message))
                deliver(bytes, from: members[number].address)
            }
        }
    }

    /// Hands a datagram to all.
    mutating func deliver(_ bytes: [UInt8], from source: IPAddress, port: UInt16 = MulticastDiscovery.port) {
        for number in members.indices {
            enter(number) { $0.receive(bytes, from: source, port: port, at: $1, into: &$2) }
        }
    }

    /// Lets time pass.
    mutating func run(for span: TimeSpan) {
        let end = now + span
        while let next = members.map(\.discovery.nextDeadline).min(), next <= end {
            now = max(now, next)
            for number in members.indices where members[number].discovery.nextDeadline <= now {
                enter(number) { $0.wake(at: $1, into: &$2) }
            }
        }
        now = end
    }
}

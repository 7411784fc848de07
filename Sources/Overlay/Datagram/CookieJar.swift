/// Stateless proofs that a sender receives what is sent to its address: a keyed hash of address and port, whose key changes
/// every few minutes (the idea is WireGuard's, section 5.3 of its paper).
struct CookieJar: Sendable {
    private static let none = [UInt8](repeating: 0, count: InitiationPacket.macLength)

    private let lifetime: TimeSpan
    private var random: RandomSource
    private var secret: [UInt8]
    private var previous: [UInt8]
    private var changesAt: Instant

    init(lifetime: TimeSpan, random: RandomSource, at now: Instant) {
        self.lifetime = lifetime
        self.random = random
        secret = self.random.bytes(32)
        previous = self.random.bytes(32)
        changesAt = now + lifetime
    }

    /// What an address gets now.
    mutating func cookie(for endpoint: UDPEndpoint, at now: Instant) -> [UInt8] {
        renew(at: now)
        return Self.cookie(endpoint, secret)
    }

    /// Whether a packet proves that its sender has a cookie of its address, this one or the one before.
    mutating func accepts(_ packet: InitiationPacket, from endpoint: UDPEndpoint, at now: Instant) -> Bool {
        guard packet.cookieMAC != Self.none else { return false }
        renew(at: now)
        return [secret, previous].contains { secret in
            ConstantTime.equal(packet.cookieMAC, packet.cookieMAC(for: Self.cookie(endpoint, secret)))
        }
    }

    private static func cookie(_ endpoint: UDPEndpoint, _ secret: [UInt8]) -> [UInt8] {
        BLAKE2b.hash(endpoint.bytes, length: InitiationPacket.macLength, key: secret)
    }

    private mutating func renew(at now: Instant) {
        guard changesAt <= now else { return }
        // After a long silence nobody has a cookie that is still good.
        previous = changesAt + lifetime <= now ? random.bytes(32) : secret
        secret = random.bytes(32)
        changesAt = now + lifetime
    }
}

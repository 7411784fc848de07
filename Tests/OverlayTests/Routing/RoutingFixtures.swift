import Testing

@testable import Overlay

/// Builds nodes and contacts from a seed.
struct RoutingFixtures {
    static let start = WallTime(seconds: 1_700_000_000)

    var random: RandomSource

    init(seed: UInt64) {
        random = RandomSource(seed: seed)
    }

    mutating func identity() -> Identity { Identity(random: &random) }

    static func address(_ text: String) -> Multiaddr {
        guard let address = try? Multiaddr(text: text) else { preconditionFailure("\(text) is no multiaddr") }
        return address
    }

    static func record(
        _ identity: Identity, sequence: UInt64 = 1, at time: WallTime = start, ttl: TimeSpan = .hours(12),
        roles: ContactRoles = .server, addresses: [String] = ["/ip4/127.0.0.1/tcp/4001"]
    ) throws -> ContactRecord {
        try ContactRecord(
            signedBy: identity, sequence: sequence, issuedAt: time, timeToLive: ttl, roles: roles,
            addresses: addresses.map(address))
    }

    mutating func record(addresses: [String] = ["/ip4/127.0.0.1/tcp/4001"]) throws -> ContactRecord {
        try Self.record(identity(), addresses: addresses)
    }

    mutating func records(_ count: Int) throws -> [ContactRecord] {
        try (0..<count).map { _ in try record() }
    }

    mutating func key() -> NodeKey { NodeKey(hashing: random.bytes(32)) }

    static func moment(_ span: TimeSpan) -> Moment {
        Moment(instant: .zero + span, wall: start + span)
    }
}

extension Array where Element == ContactRecord {
    func nearest(to target: NodeKey, count: Int) -> [ContactRecord] {
        Array(sorted { $0.key.distance(to: target) < $1.key.distance(to: target) }.prefix(count))
    }
}

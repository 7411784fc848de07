import Overlay

/// The table of one address translator (RFC 4787): which outer port stands for which inner endpoint, and who may send to it.
///
/// A packet in either direction keeps a mapping and a permission alive, one that is dropped does not. When the table is full,
/// the mapping that was used least recently gives way, as in connection tracking.
public struct Translation: Sendable {
    /// Mappings at a time; home routers hold some hundreds to thousands for all that is behind them.
    public static let mostMappings = 512
    /// Remote ends at a time that may send to one mapping.
    public static let mostPermissions = 256
    /// Outer ports that are drawn begin here; below are those that the system hands out to nobody (RFC 6335).
    private static let firstPort: UInt64 = 1_024

    private struct Key: Hashable, Sendable {
        let inner: Endpoint
        /// As much of the remote end as mappings depend on.
        let remote: Endpoint
    }

    private struct Permission: Sendable {
        let remote: Endpoint
        var lastUsed: VirtualTime
    }

    private struct Mapping: Sendable {
        let key: Key
        let port: UInt16
        var lastUsed: VirtualTime
        var permissions: [Permission] = []
    }

    public let kind: NATKind
    /// The outer one.
    public let address: UInt32
    private let draws: Draws
    private let number: UInt64
    private var allocations: UInt64 = 0
    private var mappings: [Mapping] = []
    private var placesByKey: [Key: Int] = [:]
    private var placesByPort: [UInt16: Int] = [:]

    /// - Parameters:
    ///   - address: the outer one.
    ///   - number: names the translator in draws.
    public init(_ kind: NATKind, address: UInt32, number: UInt64, draws: Draws) {
        self.kind = kind
        self.address = address
        self.number = number
        self.draws = draws
    }

    public var count: Int { mappings.count }

    // MARK: Packets

    /// A packet goes out: the outer endpoint that it comes from as others see it.
    public mutating func outbound(from inner: Endpoint, to remote: Endpoint, at now: VirtualTime) -> Endpoint {
        let key = Key(inner: inner, remote: remote.part(kind.mapping))
        if let place = placesByKey[key], isOver(mappings[place].lastUsed, at: now) { remove(place) }
        let place = placesByKey[key] ?? insert(key, at: now)
        permit(remote.part(kind.filtering), at: place, now: now)
        mappings[place].lastUsed = now
        return Endpoint(address: address, port: mappings[place].port)
    }

    /// A packet comes in: the inner endpoint that it is for; nil when it is dropped.
    public mutating func inbound(from remote: Endpoint, to port: UInt16, at now: VirtualTime) -> Endpoint? {
        guard let place = placesByPort[port] else { return nil }
        guard !isOver(mappings[place].lastUsed, at: now) else {
            remove(place)
            return nil
        }
        let part = remote.part(kind.filtering)
        guard let permission = mappings[place].permissions.firstIndex(where: { $0.remote == part }),
            !isOver(mappings[place].permissions[permission].lastUsed, at: now)
        else { return nil }
        mappings[place].permissions[permission].lastUsed = now
        mappings[place].lastUsed = now
        return mappings[place].key.inner
    }

    /// A packet from behind it to one of its own outer ports: where it seems to come from and where it goes; nil when it is
    /// dropped. The source is an outer endpoint (RFC 4787, REQ-9), and filters hold for it as for any other.
    public mutating func hairpin(
        from inner: Endpoint, to port: UInt16, at now: VirtualTime
    ) -> (source: Endpoint, target: Endpoint)? {
        guard kind.hasHairpin else { return nil }
        let source = outbound(from: inner, to: Endpoint(address: address, port: port), at: now)
        return inbound(from: source, to: port, at: now).map { (source, $0) }
    }

    // MARK: The table

    private func isOver(_ lastUsed: VirtualTime, at now: VirtualTime) -> Bool { now.since(lastUsed) >= kind.timeout }

    private mutating func permit(_ remote: Endpoint, at place: Int, now: VirtualTime) {
        if let index = mappings[place].permissions.firstIndex(where: { $0.remote == remote }) {
            mappings[place].permissions[index].lastUsed = now
            return
        }
        if mappings[place].permissions.count >= Self.mostPermissions {
            let oldest = mappings[place].permissions.indices.min {
                mappings[place].permissions[$0].lastUsed < mappings[place].permissions[$1].lastUsed
            }
            if let oldest { mappings[place].permissions.remove(at: oldest) }
        }
        mappings[place].permissions.append(Permission(remote: remote, lastUsed: now))
    }

    private mutating func insert(_ key: Key, at now: VirtualTime) -> Int {
        if mappings.count >= Self.mostMappings, let oldest = leastRecentlyUsed { remove(oldest) }
        let mapping = Mapping(key: key, port: freePort(for: key.inner.port, at: now), lastUsed: now)
        mappings.append(mapping)
        placesByKey[key] = mappings.count - 1
        placesByPort[mapping.port] = mappings.count - 1
        return mappings.count - 1
    }

    private var leastRecentlyUsed: Int? {
        mappings.indices.min {
            (mappings[$0].lastUsed.nanoseconds, mappings[$0].port) < (
                mappings[$1].lastUsed.nanoseconds, mappings[$1].port
            )
        }
    }

    /// There is one: there are far fewer mappings than ports.
    private mutating func freePort(for inner: UInt16, at now: VirtualTime) -> UInt16 {
        if let place = placesByPort[inner], isOver(mappings[place].lastUsed, at: now) { remove(place) }
        if kind.preservesPorts, placesByPort[inner] == nil { return inner }
        let ports = 65_536 - Self.firstPort
        allocations += 1
        var offset = draws.below(ports, .translation, of: number, allocations)
        while placesByPort[UInt16(Self.firstPort + offset)] != nil { offset = (offset + 1) % ports }
        return UInt16(Self.firstPort + offset)
    }

    private mutating func remove(_ place: Int) {
        let gone = mappings[place]
        placesByKey[gone.key] = nil
        placesByPort[gone.port] = nil
        let last = mappings.removeLast()
        guard place < mappings.count else { return }
        mappings[place] = last
        placesByKey[last.key] = place
        placesByPort[last.port] = place
    }
}

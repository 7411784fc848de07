/// A self-describing network address (https://github.com/multiformats/multiaddr): a sequence of protocols with their
/// values, such as `/ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…`.
///
/// Held in its binary form, which is canonical: equal addresses are equal bytes.
public struct Multiaddr: Hashable, Sendable {
    /// Longest address accepted, in bytes. A relayed address with two DNS names stays below 700; more only costs
    /// memory in tables that hold addresses of strangers.
    public static let maximumLength = 1_024

    /// One protocol with its value in binary form.
    public struct Component: Hashable, Sendable {
        /// Which protocol it is.
        public let code: AddressProtocol
        /// The value without its length; empty for protocols that have none.
        public let value: [UInt8]
    }

    /// The binary form.
    public let encoded: [UInt8]

    /// Checks every component of a binary address.
    public init(_ encoded: [UInt8]) throws(WireError) {
        guard !encoded.isEmpty else { throw .invalid(.emptyAddress) }
        guard encoded.count <= Self.maximumLength else { throw .tooLong(limit: Self.maximumLength) }
        var reader = Reader(encoded)
        while reader.remaining > 0 {
            _ = try Self.component(&reader)
        }
        self.encoded = encoded
    }

    /// From components whose values have been checked.
    init(checked components: [Component]) {
        encoded = components.flatMap { component in
            var bytes = Varint.encode(component.code.rawValue)
            if component.code.form.fixedLength == nil { Varint.append(UInt64(component.value.count), to: &bytes) }
            return bytes + component.value
        }
    }

    /// The protocols with their values, outermost first.
    public var components: [Component] {
        var reader = Reader(encoded)
        var components: [Component] = []
        while reader.remaining > 0, let component = try? Self.component(&reader) {
            components.append(component)
        }
        return components
    }

    private static func component(_ reader: inout Reader) throws(WireError) -> Component {
        let code = try reader.varint()
        guard let known = AddressProtocol(rawValue: code) else { throw .unknownCode(code) }
        let value: [UInt8]
        if let length = known.form.fixedLength {
            value = try reader.array(length)
        } else {
            value = try reader.delimited(limit: maximumLength).array
        }
        try known.form.check(value)
        return Component(code: known, value: value)
    }
}

extension Multiaddr {
    /// `/ip4/…/tcp/…` or `/ip6/…/tcp/…`.
    public init(ip: IPAddress, tcp port: UInt16) {
        self.init(ip: ip, transport: .tcp, port: port)
    }

    /// `/ip4/…/udp/…` or `/ip6/…/udp/…`.
    public init(ip: IPAddress, udp port: UInt16) {
        self.init(ip: ip, transport: .udp, port: port)
    }

    private init(ip: IPAddress, transport: AddressProtocol, port: UInt16) {
        let value = [UInt8(port >> 8), UInt8(truncatingIfNeeded: port)]
        self.init(checked: [
            Component(code: ip.isV4 ? .ip4 : .ip6, value: ip.bytes), Component(code: transport, value: value),
        ])
    }

    /// This address with `/p2p/<peer>` at the end, replacing one that is there.
    public func with(peer: PeerID) -> Multiaddr {
        Multiaddr(checked: withoutPeer.components + [Component(code: .p2p, value: peer.encoded)])
    }

    /// This address without a `/p2p/…` at its end; an address that is nothing else stays.
    public var withoutPeer: Multiaddr {
        let all = components
        guard all.count > 1, all.last?.code == .p2p else { return self }
        return Multiaddr(checked: all.dropLast())
    }

    /// The peer that the address ends in, if any; other key types than the mesh's count as none.
    public var peer: PeerID? {
        guard let last = components.last, last.code == .p2p else { return nil }
        return try? PeerID(last.value)
    }

    /// The IP address that the address begins with, if any.
    public var ip: IPAddress? {
        guard let first = components.first, first.code == .ip4 || first.code == .ip6 else { return nil }
        return IPAddress(bytes: first.value)
    }

    /// The DNS name that the address begins with, if any (`dns`, `dns4` or `dns6`).
    public var host: String? {
        guard let first = components.first, [.dns, .dns4, .dns6].contains(first.code) else { return nil }
        return String(decoding: first.value, as: UTF8.self)
    }

    /// The first TCP port.
    public var tcpPort: UInt16? { port(of: .tcp) }

    /// The first UDP port.
    public var udpPort: UInt16? { port(of: .udp) }

    private func port(of transport: AddressProtocol) -> UInt16? {
        guard let component = components.first(where: { $0.code == transport }) else { return nil }
        return component.value.reduce(0) { $0 << 8 | UInt16($1) }
    }
}

extension AddressProtocol.Form {
    /// Whether a value of the right length may stand in an address.
    func check(_ value: [UInt8]) throws(WireError) {
        switch self {
        case .none, .ipv4, .ipv6, .port, .byte, .number:
            return
        case .text:
            guard !value.isEmpty, !value.contains(UInt8(ascii: "/")), String(validating: value, as: UTF8.self) != nil
            else { throw .invalid(.addressValue) }
        case .path, .escapedText:
            guard !value.isEmpty, String(validating: value, as: UTF8.self) != nil else {
                throw .invalid(.addressValue)
            }
        case .peerID:
            _ = try LibP2PPeerID(value)
        case .digest:
            _ = try Multihash(value)
        }
    }
}

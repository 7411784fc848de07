/// The network that an address lies in, as far as prefix limits are concerned: a /24 of IPv4 or a /48 of IPv6.
///
/// One operator usually controls the whole of it, so many peers in one prefix are weak evidence of many machines.
/// Names share one prefix, because they are free to make and say nothing about the network behind them.
package struct AddressPrefix: Hashable, Sendable {
    /// Whether outsiders can have addresses in it.
    enum Scope: Hashable, Sendable {
        /// Routed on the Internet: every address in it cost somebody something.
        case global
        /// Loopback, link-local, private, shared or unique-local: whoever is there chose the address freely, and a
        /// whole mesh on one machine, in one home or in one cluster has nothing else.
        case local
    }

    let scope: Scope
    /// The family in the top byte, the prefix below it.
    let value: UInt64

    private init(scope: Scope, value: UInt64) {
        self.scope = scope
        self.value = value
    }

    /// The prefix of an address; nil when it begins with neither an IP address nor a name.
    init?(_ address: Multiaddr) {
        if let ip = address.ip {
            self.init(ip)
        } else if address.host != nil {
            self.init(scope: .global, value: .max)
        } else {
            return nil
        }
    }

    /// The prefix of an IP address; one of IPv4 mapped into IPv6 counts as itself.
    init(_ ip: IPAddress) {
        switch ip {
        case .v4(let bits): self.init(v4: bits)
        case .v6(0, let low) where low >> 32 == 0xffff: self.init(v4: UInt32(truncatingIfNeeded: low))
        case .v6(let high, let low): self.init(v6: high, low)
        }
    }

    /// The prefixes of several addresses, each once, in their order.
    static func all(of addresses: [Multiaddr]) -> [AddressPrefix] {
        var prefixes: [AddressPrefix] = []
        for prefix in addresses.compactMap(AddressPrefix.init) where !prefixes.contains(prefix) {
            prefixes.append(prefix)
        }
        return prefixes
    }

    private init(v4 bits: UInt32) {
        self.init(scope: Self.isLocal(v4: bits) ? .local : .global, value: 4 << 56 | UInt64(bits >> 8))
    }

    private init(v6 high: UInt64, _ low: UInt64) {
        self.init(scope: Self.isLocal(v6: high, low) ? .local : .global, value: 6 << 56 | high >> 16)
    }

    /// RFC 1918 (private), 1122 (loopback), 3927 (link-local), 6598 (carrier-grade NAT).
    private static func isLocal(v4 bits: UInt32) -> Bool {
        switch (bits >> 24, bits >> 16 & 0xff) {
        case (10, _), (127, _), (192, 168), (169, 254), (172, 16...31), (100, 64...127): true
        default: false
        }
    }

    /// `::` and `::1`, RFC 4193 (unique local), RFC 4291 (link-local).
    private static func isLocal(v6 high: UInt64, _ low: UInt64) -> Bool {
        (high == 0 && low <= 1) || high >> 57 == 0xfc >> 1 || high >> 54 == 0xfe80 >> 6
    }
}

import Overlay

/// From where an address can be reached, as far as the address itself says.
enum AddressReach: Equatable, Sendable {
    /// This machine.
    case loopback
    /// The local network: RFC 1918, RFC 4193, link-local, and the shared space of providers (RFC 6598).
    case local
    /// Everywhere, as far as no firewall stands before it. Names count as public.
    case everywhere

    init(_ address: Multiaddr) {
        guard let ip = address.ip else {
            self = address.host == "localhost" ? .loopback : .everywhere
            return
        }
        if ip.isLoopback {
            self = .loopback
        } else {
            self = ip.isLocal ? .local : .everywhere
        }
    }
}

extension IPAddress {
    /// Whether the address is for one network and routed nowhere else.
    var isLocal: Bool {
        switch self {
        case .v4(let value):
            value >> 24 == 10 || value >> 20 == 0xac1 || value >> 16 == 0xc0a8 || value >> 16 == 0xa9fe
                || value >> 22 == 0x191
        case .v6(let high, _): high >> 57 == 0x7e || high >> 54 == 0x3fa
        }
    }
}

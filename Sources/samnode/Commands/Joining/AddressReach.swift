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

import NIOCore
import Overlay

extension SocketAddress {
    /// The address as `/ip4/…/tcp/…` or `/ip6/…/tcp/…`; nil for a Unix socket.
    var multiaddr: Multiaddr? { multiaddr(isUDP: false) }

    /// The same, or as `/ip4/…/udp/…` or `/ip6/…/udp/…`.
    func multiaddr(isUDP: Bool) -> Multiaddr? { Self.multiaddr(ip: ipAddress, port: port, isUDP: isUDP) }

    static func multiaddr(ip: String?, port: Int?, isUDP: Bool) -> Multiaddr? {
        guard let ip, let port else { return nil }
        let version = ip.contains(":") ? "ip6" : "ip4"
        return try? Multiaddr(text: "/\(version)/\(ip)/\(isUDP ? "udp" : "tcp")/\(port)")
    }

    var isUnspecified: Bool { ipAddress == "0.0.0.0" || ipAddress == "::" }

    var isLinkLocal: Bool {
        guard let ipAddress else { return true }
        return ipAddress.hasPrefix("169.254.") || ipAddress.lowercased().hasPrefix("fe80:")
    }
}

extension Multiaddr {
    /// Host and port of an address that TCP can reach: an IP address or a DNS name.
    var tcpEndpoint: (host: String, port: Int)? {
        guard let port = tcpPort, let host = ip?.description ?? host else { return nil }
        return (host, Int(port))
    }
}

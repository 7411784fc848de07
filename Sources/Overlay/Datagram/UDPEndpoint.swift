/// Where datagrams go to and come from: an IP address and a UDP port.
public struct UDPEndpoint: Hashable, Sendable {
    /// Never an address of IPv4 in the form of IPv6.
    public let ip: IPAddress
    /// In host byte order.
    public let port: UInt16

    /// An address of IPv4 mapped into IPv6, as sockets for both report it, becomes the one of IPv4: one place, one value.
    public init(ip: IPAddress, port: UInt16) {
        if case .v6(0, let low) = ip, low >> 32 == 0xffff {
            self.ip = .v4(UInt32(truncatingIfNeeded: low))
        } else {
            self.ip = ip
        }
        self.port = port
    }

    /// The endpoint that a multiaddr such as `/ip4/192.0.2.1/udp/4001` names; nil when it names none that datagrams of this
    /// mesh can be sent to: another protocol on top of UDP, a DNS name, port 0, many machines at once.
    public init?(_ address: Multiaddr) {
        let protocols = address.components.map(\.code)
        guard let ip = address.ip, let port = address.udpPort,
            protocols.count == 2 || (protocols.count == 3 && protocols[2] == .p2p)
        else { return nil }
        self.init(ip: ip, port: port)
        guard isOne else { return nil }
    }

    /// Whether there can be one machine: not at port 0, nor at addresses of no or of many machines (RFC 1122 0/8, RFC 5771
    /// 224/4, RFC 1112 240/4 with broadcast; RFC 4291 `::` and ff00::/8). What comes from such, somebody forged, so that a
    /// whole network would get the reply.
    var isOne: Bool {
        guard port > 0 else { return false }
        return switch ip {
        case .v4(let bits): (1..<224).contains(bits >> 24)
        case .v6(let high, let low): (high, low) != (0, 0) && high >> 56 != 0xff
        }
    }

    /// As `/ip4/…/udp/…` or `/ip6/…/udp/…`.
    public var multiaddr: Multiaddr { Multiaddr(ip: ip, udp: port) }

    /// Address and port as they are bound by a cookie: 4 or 16 bytes, then 2.
    var bytes: [UInt8] { ip.bytes + [UInt8(port >> 8), UInt8(truncatingIfNeeded: port)] }
}

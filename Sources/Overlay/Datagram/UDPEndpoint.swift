/// Where datagrams go to and come from: an IP address and a UDP port.
public struct UDPEndpoint: Hashable, Sendable {
    public let ip: IPAddress
    public let port: UInt16

    public init(ip: IPAddress, port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// The endpoint that a multiaddr such as `/ip4/192.0.2.1/udp/4001` names; nil when it names none that datagrams of this
    /// mesh can be sent to: another protocol on top of UDP, a DNS name, port 0.
    public init?(_ address: Multiaddr) {
        let protocols = address.components.map(\.code)
        guard let ip = address.ip, let port = address.udpPort, port > 0,
            protocols.count == 2 || (protocols.count == 3 && protocols[2] == .p2p)
        else { return nil }
        self.init(ip: ip, port: port)
    }

    /// As `/ip4/…/udp/…` or `/ip6/…/udp/…`.
    public var multiaddr: Multiaddr { Multiaddr(ip: ip, udp: port) }

    /// Address and port as they are bound by a cookie: 4 or 16 bytes, then 2.
    var bytes: [UInt8] { ip.bytes + [UInt8(port >> 8), UInt8(truncatingIfNeeded: port)] }
}

extension Contact {
    /// The addresses that a link can be made to.
    public var dialableAddresses: [Multiaddr] { addresses.filter { $0.tcpPort != nil } }

    /// Whether a link can be made to the node at all.
    var hasDialableAddress: Bool { addresses.contains { $0.tcpPort != nil } }
}

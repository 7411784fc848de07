import Overlay

/// Where nodes listen: one public IPv4 address each, every one in a /24 of its own, as if each belonged to somebody else.
enum AddressPlan {
    static let port: UInt16 = 4_001
    /// What dial-backs are sent from.
    static let dialBackPort: UInt16 = 49_152
    /// 20.0.0.0: the first of a block that is neither private nor reserved.
    private static let first: UInt32 = 20 << 24
    /// Nodes that find a place before 100.64.0.0, which is for carriers.
    static let capacity = (100 - 20) << 16

    static func address(of node: NodeIndex) -> Multiaddr {
        Multiaddr(ip: .v4(first + node.number << 8 + 1), tcp: port)
    }

    /// The same with the address for datagrams, as nodes announce them.
    static func addresses(of node: NodeIndex) -> [Multiaddr] { [address(of: node), endpoint(of: node).multiaddr] }

    static func endpoint(of node: NodeIndex) -> UDPEndpoint {
        UDPEndpoint(ip: .v4(first + node.number << 8 + 1), port: port)
    }

    /// The addresses of a node behind a translator, as it knows them itself: on 10/8, to which nothing finds a way.
    static func inner(of node: NodeIndex) -> [Multiaddr] {
        let ip = IPAddress.v4(10 << 24 + (node.number + 1) & 0xff_ffff)
        return [Multiaddr(ip: ip, tcp: port), Multiaddr(ip: ip, udp: port)]
    }

    /// The node that datagrams to this endpoint come to.
    static func node(at endpoint: UDPEndpoint) -> NodeIndex? {
        guard case .v4(let bits) = endpoint.ip, endpoint.port == port, bits > first, bits & 0xff == 1 else {
            return nil
        }
        return NodeIndex(Int((bits - first) >> 8))
    }

    /// The node that would listen there, if the address is of the plan.
    static func node(at address: Multiaddr) -> NodeIndex? {
        guard case .v4(let bits) = address.ip, address.tcpPort == port, bits > first, bits & 0xff == 1 else {
            return nil
        }
        return NodeIndex(Int((bits - first) >> 8))
    }
}

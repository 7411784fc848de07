/// An IPv4 address and a port.
public struct Endpoint: Hashable, Sendable {
    public var address: UInt32
    public var port: UInt16

    public init(address: UInt32, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// What of it counts for a behaviour that depends on as much.
    func part(_ dependence: NATKind.Dependence) -> Endpoint {
        switch dependence {
        case .endpointIndependent: Endpoint(address: 0, port: 0)
        case .addressDependent: Endpoint(address: address, port: 0)
        case .addressAndPortDependent: self
        }
    }
}

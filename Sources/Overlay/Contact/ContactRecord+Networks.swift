extension ContactRecord {
    /// A network of the Internet that one operator probably has the whole of: a /24 of IPv4 or a /48 of IPv6. Names all
    /// share one.
    public struct Network: Hashable, Sendable {
        let prefix: AddressPrefix
    }

    /// The networks that its addresses lie in; local ones, in which anybody can have any address, are left out.
    public var networks: Set<Network> {
        Set(prefixes.filter { $0.scope == .global }.map(Network.init))
    }
}

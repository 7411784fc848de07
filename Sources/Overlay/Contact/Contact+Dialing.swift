extension Contact {
    /// The addresses that a link can be made to.
    public var dialableAddresses: [Multiaddr] { addresses.filter { $0.tcpPort != nil } }

    /// Whether a link can be made to the node at all.
    package var hasDialableAddress: Bool { addresses.contains { $0.tcpPort != nil } }
}

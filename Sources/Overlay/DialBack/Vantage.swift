/// From where a node is reached or not: what counts as one witness, however many peers stand there.
enum Vantage: Hashable, Sendable {
    /// A network of the Internet, whose peers are probably one operator's.
    case network(AddressPrefix)
    /// In local networks, where addresses say nothing, the peer itself.
    case peer(PeerID)

    init(_ peer: PeerID, at ip: IPAddress) {
        let prefix = AddressPrefix(ip)
        self = prefix.scope == .global ? .network(prefix) : .peer(peer)
    }
}

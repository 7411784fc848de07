import Overlay

extension Peer {
    /// Somebody on the local network says that a peer of this mesh can be dialed there. Nothing of it is proven; the
    /// dial shows. Only a node that wants more links takes it up, and a peer that failed is left alone for a while as
    /// after any dial.
    /// - Returns: whether a dial begins.
    @discardableResult
    public mutating func found(
        _ peer: PeerID, at addresses: [Multiaddr], at now: Moment, into outbox: inout PeerOutbox
    ) -> Bool {
        let now = adjusted(now)
        guard !isLeaving, peer != id, !isRevoked(peer), !addresses.isEmpty, !links.hasLink(to: peer),
            membership.missing > 0, dialer.mayDial(peer, at: now.instant, settings: settings)
        else { return false }
        counters.dials &+= 1
        outbox.notice(.info, about: peer, "found \(peer) on the local network")
        outbox.append(.dial(dialer.begin(.peer(peer)), peer: peer, addresses: addresses))
        return true
    }
}

import Overlay

/// The way a request went: the relays in order, then the host.
public struct Route: Hashable, Sendable {
    /// Empty when the service is the node's own.
    public var hops: [PeerID]

    public init(hops: [PeerID]) {
        self.hops = hops
    }

    public static let local = Route(hops: [])

    /// `local`, `direct` or `relay`; the value of the `x-sam-route` header.
    public var text: String {
        switch hops.count {
        case 0: "local"
        case 1: "direct"
        default: "relay"
        }
    }
}

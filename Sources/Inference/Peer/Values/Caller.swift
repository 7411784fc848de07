import Overlay

/// Who makes a request, as its token and its handshake prove; for accounting and logs.
public struct Caller: Hashable, Sendable {
    public var peer: PeerID
    public var user: String?
    public var groups: [String]

    public init(peer: PeerID, user: String?, groups: [String]) {
        self.peer = peer
        self.user = user
        self.groups = groups
    }
}

import OrderedCollections
import Overlay

/// The node's links, by number and by peer, in the order of their numbers.
struct LinkTable {
    /// How far the two ends have come in admitting each other.
    enum Admission {
        /// The other side has until then to show a token of this mesh.
        case grace(until: Instant)
        /// Its token is good; it has not yet said the same of ours.
        case half(Admitted, until: Instant)
        /// Both ends admitted each other: the link carries everything.
        case mutual(Admitted)
    }

    struct Link {
        let id: LinkID
        let peer: PeerID
        let direction: LinkDirection
        let address: String
        let openedAt: Instant
        var admission: Admission
        /// The other side's verdict came before this side had judged its token.
        var acceptedByPeer = false
        var roundTrip: TimeSpan?
        var lastUsed: Instant
        /// Circuit streams open on it.
        var streams = 0
        /// Circuits that this node relays for the peer.
        var relayed = 0
        /// Another link to the peer is kept, and the other side has been told. What it sent before it knew still arrives;
        /// the link ends when it has said the same, at the latest then.
        var retiresAt: Instant?
        /// Number of the next stream that this node opens; odd.
        var nextStream: UInt64 = 1

        var admitted: Admitted? {
            switch admission {
            case .grace: nil
            case .half(let admitted, _), .mutual(let admitted): admitted
            }
        }

        var isStranger: Bool {
            if case .grace = admission { true } else { false }
        }

        /// When a grace period, a half admission or the wait for the other side's last word ends.
        var deadline: Instant {
            switch admission {
            case .grace(let until), .half(_, let until): until
            case .mutual: retiresAt ?? .distantFuture
            }
        }

        /// Whether the token that admitted the peer of a link in use is over.
        func isTokenOver(at now: WallTime) -> Bool {
            if case .mutual(let admitted) = admission { admitted.expiry < now } else { false }
        }

        var isMutual: Bool {
            if case .mutual = admission { true } else { false }
        }
    }

    private var links: OrderedDictionary<LinkID, Link> = [:]
    private var usable: [PeerID: LinkID] = [:]

    var count: Int { links.count }
    var all: OrderedDictionary<LinkID, Link>.Values { links.values }
    /// Peers with a link that both ends admitted.
    var usableCount: Int { usable.count }
    var strangers: Int { links.countValues { $0.isStranger } }

    subscript(id: LinkID) -> Link? {
        get { links[id] }
        set { links[id] = newValue }
    }

    func usableLink(to peer: PeerID) -> LinkID? { usable[peer] }

    func hasLink(to peer: PeerID) -> Bool {
        usable[peer] != nil || links.containsValue { $0.peer == peer }
    }

    mutating func setUsable(_ id: LinkID, for peer: PeerID) { usable[peer] = id }

    /// Takes a link out. True when the peer has thereby lost the link that was in use.
    mutating func remove(_ id: LinkID) -> (link: Link, wasUsable: Bool)? {
        guard let link = links.removeValue(forKey: id) else { return nil }
        guard usable[link.peer] == id else { return (link, false) }
        usable[link.peer] = nil
        return (link, true)
    }

    /// Usable links in the order of their age, oldest first.
    var mutual: [Link] { links.values.filter { usable[$0.peer] == $0.id } }

    /// The peers of the usable links, in the same order.
    var mutualPeers: [PeerID] {
        var peers: [PeerID] = []
        peers.reserveCapacity(usable.count)
        links.forEachValue { if usable[$0.peer] == $0.id { peers.append($0.peer) } }
        return peers
    }

    /// Whether a grace period, a half admission, the wait for a last word or a token is over.
    func isAnyOver(at now: Moment) -> Bool {
        links.containsValue { $0.deadline <= now.instant || $0.isTokenOver(at: now.wall) }
    }

    /// When a grace period, a half admission or a token runs out next. Tokens expire on the calendar, so their end is
    /// looked at with the node's upkeep instead.
    var nextDeadline: Instant {
        var earliest = Instant.distantFuture
        links.forEachValue { earliest = min(earliest, $0.deadline) }
        return earliest
    }
}

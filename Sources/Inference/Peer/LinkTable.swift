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
    var strangers: Int { links.values.count { $0.admitted == nil } }

    subscript(id: LinkID) -> Link? {
        get { links[id] }
        set { links[id] = newValue }
    }

    func usableLink(to peer: PeerID) -> LinkID? { usable[peer] }

    func hasLink(to peer: PeerID) -> Bool {
        usable[peer] != nil || links.values.contains { $0.peer == peer }
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

    /// When a grace period, a half admission or a token runs out next. Tokens expire on the calendar, so their end is
    /// looked at with the node's upkeep instead.
    var nextDeadline: Instant {
        var earliest = Instant.distantFuture
        for link in links.values {
            switch link.admission {
            case .grace(let until), .half(_, let until): earliest = min(earliest, until)
            case .mutual: earliest = min(earliest, link.retiresAt ?? .distantFuture)
            }
        }
        return earliest
    }
}

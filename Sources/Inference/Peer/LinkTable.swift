import Gossip
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
        var admission: Admission {
            didSet { noteDeadlines() }
        }
        /// The other side's verdict came before this side had judged its token.
        var acceptedByPeer = false
        /// What the other side can do, as its verdict said.
        var abilities = Abilities()
        var roundTrip: TimeSpan?
        var lastUsed: Instant
        /// When the other side was last asked whether it is still there, by ``PeerAction/check(_:within:)``.
        var checkedAt: Instant?
        /// When the link ends if it did not answer.
        var checkEnd: Instant?
        /// What the other side said of its calendar.
        var calendar: MeshTime.Base?
        /// Its hints of hosts that may be gone.
        var hints = RateLimit()
        /// Circuit streams open on it.
        var streams = 0
        /// Circuits that this node relays for the peer.
        var relayed = 0
        /// Another link to the peer is kept, and the other side has been told. What it sent before it knew still arrives;
        /// the link ends when it has said the same, at the latest then.
        var retiresAt: Instant? {
            didSet { noteDeadlines() }
        }
        /// Number of the next stream that this node opens; odd.
        var nextStream: UInt64 = 1

        // Derived from the admission, and stored so that looking for what is over copies no link.
        /// When a grace period, a half admission or the wait for the other side's last word ends.
        private(set) var deadline = Instant.distantFuture
        /// When the token ends that admitted the peer, for a link in use.
        private(set) var tokenEnd: WallTime?
        private(set) var isStranger = true

        init(
            id: LinkID, peer: PeerID, direction: LinkDirection, address: String, openedAt: Instant, graceUntil: Instant
        ) {
            self.id = id
            self.peer = peer
            self.direction = direction
            self.address = address
            self.openedAt = openedAt
            lastUsed = openedAt
            admission = .grace(until: graceUntil)
            noteDeadlines()
        }

        private mutating func noteDeadlines() {
            switch admission {
            case .grace(let until): (deadline, tokenEnd, isStranger) = (until, nil, true)
            case .half(_, let until): (deadline, tokenEnd, isStranger) = (until, nil, false)
            case .mutual(let admitted):
                (deadline, tokenEnd, isStranger) = (retiresAt ?? .distantFuture, admitted.expiry, false)
            }
        }

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
    var strangers: Int { links.withValues { values in values.indices.count { values[$0].isStranger } } }

    subscript(id: LinkID) -> Link? {
        get { links[id] }
        set { links[id] = newValue }
    }

    func usableLink(to peer: PeerID) -> LinkID? { usable[peer] }

    func hasLink(to peer: PeerID) -> Bool {
        usable[peer] != nil || links.withValues { values in values.indices.contains { values[$0].peer == peer } }
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
        links.withValues { values in
            for index in values.indices where usable[values[index].peer] == values[index].id {
                peers.append(values[index].peer)
            }
        }
        return peers
    }

    /// Whether a grace period, a half admission, the wait for a last word or a token is over.
    func isAnyOver(at now: Moment) -> Bool {
        links.withValues { values in
            values.indices.contains { index in
                values[index].deadline <= now.instant || values[index].tokenEnd.map { $0 < now.own } ?? false
            }
        }
    }

    /// When a grace period, a half admission or a token runs out next. Tokens expire on the calendar, so their end is
    /// looked at with the node's upkeep instead.
    var nextDeadline: Instant {
        var earliest = Instant.distantFuture
        links.withValues { for index in $0.indices { earliest = min(earliest, $0[index].deadline) } }
        return earliest
    }
}

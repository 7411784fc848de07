import Gossip
import OrderedCollections
import Overlay

/// A whole node without its sockets, clocks and files: it joins links, the DHT, the gossiped catalog, circuits and
/// requests. The shell that drives it (and the simulator) does three things only:
///
/// * hand in what happened: ``receive(_:on:at:into:)``, ``dialFailed(_:reason:at:into:)``, and the calls in
///   `Peer+Requests` and `Peer+Serving` for what local agents and the backend do;
/// * carry out the actions of the outbox, in order, before handing in the next thing;
/// * call ``wake(at:into:)`` when ``nextDeadline`` has come.
///
/// Nothing else changes it, and it changes nothing else.
public struct Peer: Sendable {
    public let id: PeerID
    let identity: Identity
    public let meshID: MeshID
    private let frozenSettings: FrozenPeerSettings

    var random: RandomSource
    var admission: Admission
    var authorizer: ServiceAuthorizer
    var tokens: TokenMemory
    /// The token that this node shows, exact bytes.
    var token: [UInt8]
    /// Why the other nodes refuse this one, when it was revoked.
    public internal(set) var ownRevocation: AdmissionRefusal?

    var links = LinkTable()
    /// Who was admitted by a token that came in a datagram.
    var members: RecentTable<PeerID, Admitted>
    /// Nobody answers this node's datagrams, or it sends none.
    var isWithoutDatagrams = false
    var dialer: Dialer
    public internal(set) var kademlia: Kademlia
    public package(set) var mesh: Mesh
    /// Who the neighbours are.
    public internal(set) var membership: Membership
    /// Serves libp2p neighbours; nil when they are not served.
    var libp2p: LibP2PKademlia?

    var circuits = CircuitTable()
    var relays = RelayTable()
    var callings: OrderedDictionary<ExchangeID, Calling> = [:]
    var servings: OrderedDictionary<ServingID, Serving> = [:]
    var locals = LocalExchanges()
    /// Who is told how busy the own services are, and what other hosts said of theirs.
    var subscribers = LoadSubscribers()
    var heardLoads = HeardLoads()
    var meshTime = MeshTime()
    var reachability: Reachability
    var checks = LinkChecks()
    var numbers = Numbers()

    var offers: [ServiceOffer] = []
    /// Requests that a service may have at once. Looked up by name only.
    let slots: [ServiceName: Int]
    var labels: LabelSet
    let demandedLabels: LabelSet
    /// Where the node can be dialed; without any it is a client, in nobody's table.
    var addresses: [Multiaddr] = []
    let roleChoice: RoleChoice
    var announcement = Announcement()
    /// Searches for advertisements.
    var searches: OrderedDictionary<SearchID, ServiceSearch> = [:]
    var upkeepAt = Instant.zero
    var isLeaving = false
    public internal(set) var counters = PeerCounters()

    public var settings: PeerSettings { frozenSettings.peer.value }

    /// How many links both ends admitted.
    public var linkCount: Int { links.usableCount }

    /// The peers with such a link, in the order in which their links came up.
    public var linkedPeers: [PeerID] { links.mutualPeers }

    /// Links of any kind, those that are not admitted yet among them.
    package var allLinkCount: Int { links.count }

    /// The link to a peer that both ends admitted and that carries everything between them.
    public func usableLink(to peer: PeerID) -> LinkID? { links.usableLink(to: peer) }

    /// Numbers that are given out once in a process.
    struct Numbers {
        var exchange: UInt64 = 1
        var serving: UInt64 = 1
    }

    /// - Throws: never with an identity's own key; a contact without addresses always has a valid form.
    public init(_ configuration: PeerConfiguration, random: RandomSource, at now: Moment) throws(ContactRefusal) {
        var random = random
        let contact = try ContactRecord(
            signedBy: configuration.identity, sequence: now.wall.milliseconds, issuedAt: now.wall,
            timeToLive: configuration.settings.contactTTL, roles: [], addresses: [])
        id = configuration.identity.peerID
        identity = configuration.identity
        meshID = configuration.meshID
        frozenSettings = configuration.frozenSettings
        admission = configuration.admission
        authorizer = configuration.authorizer
        tokens = TokenMemory(
            capacity: configuration.settings.rememberedTokens, shared: configuration.verifications?.tokens)
        members = RecentTable(capacity: configuration.settings.rememberedMembers)
        reachability = Reachability(memory: configuration.settings.rememberedHosts)
        token = configuration.token
        slots = configuration.slots
        roleChoice = configuration.role
        labels = configuration.labels
        demandedLabels = configuration.demandedLabels
        // Everybody begins with another one of the same list.
        var bootstraps = configuration.bootstraps
        random.shuffle(&bootstraps)
        dialer = Dialer(bootstraps: bootstraps)
        kademlia = Kademlia(
            own: contact, frozenSettings: frozenSettings.kademlia, random: random.fork(),
            memory: configuration.verifications?.contacts)
        mesh = Mesh(
            identity: configuration.identity, meshID: configuration.meshID,
            roots: configuration.admission.roots.compactMap(\.meshKey), frozenSettings: frozenSettings.gossip,
            random: random.fork(), memory: configuration.verifications?.entries)
        membership = Membership(
            id: configuration.identity.peerID, frozenSettings: frozenSettings.membership,
            contactSettings: configuration.settings.kademlia.contact, random: random.fork(),
            memory: configuration.verifications?.contacts)
        if configuration.servesLibP2P { libp2p = LibP2PKademlia(settings: configuration.settings.libp2p) }
        self.random = random
        if !settings.usesDatagrams || !Introduction(token: token, contact: []).fitsWithQuestion {
            kademlia.forgoDatagrams()
            isWithoutDatagrams = true
        }
        begin(with: configuration.revocations, at: now)
    }

    /// When ``wake(at:into:)`` is due at the latest.
    public var nextDeadline: Instant {
        min(
            upkeepAt, links.nextDeadline, kademlia.nextDeadline, mesh.nextDeadline, membership.nextDeadline,
            announcement.deadline, subscribers.nextDeadline, checks.due, exchangeDeadline,
            reachability.nextDeadline(mostTries: probeSlots), libp2p?.nextDeadline ?? .distantFuture)
    }

    /// Does everything whose time has come.
    public mutating func wake(at now: Moment, into outbox: inout PeerOutbox) {
        let now = adjusted(now)
        endAdmissions(at: now, into: &outbox)
        endIdleLibP2P(at: now, into: &outbox)
        wakeExchanges(at: now, into: &outbox)
        if subscribers.nextDeadline <= now.instant { tellLoads(at: now, into: &outbox) }
        publishIfDue(at: now, into: &outbox)
        checkLinksIfDue(at: now, into: &outbox)
        probeIfDue(at: now, into: &outbox)
        if upkeepAt <= now.instant { upkeep(at: now, into: &outbox) }
        if kademlia.nextDeadline <= now.instant {
            withKademlia(at: now, into: &outbox) { $0.wake(at: now, into: &$1) }
        }
        if membership.nextDeadline <= now.instant {
            withMembership(at: now, into: &outbox) { $0.wake(at: now, into: &$1) }
        }
        if mesh.nextDeadline <= now.instant {
            withMesh(at: now, into: &outbox) { $0.wake(at: now, into: &$1) }
        }
    }

    /// Takes in what happened on a link.
    public mutating func receive(
        _ event: LinkEvent, on link: LinkID, at now: Moment, into outbox: inout PeerOutbox
    ) {
        let now = adjusted(now)
        guard !receivedByLibP2P(event, on: link, at: now, into: &outbox) else { return }
        switch event {
        case .established(let peer, let direction, let address):
            linkEstablished(link, to: peer, direction, address: address, at: now, into: &outbox)
        case .message(let message):
            receive(message, on: link, at: now, into: &outbox)
        case .identified:
            counters.identified &+= 1
        case .roundTrip(let span):
            links[link]?.roundTrip = span
        case .libp2pStreamOpened(let stream):
            libp2pStreamOpened(StreamKey(link: link, stream: stream), at: now, into: &outbox)
        case .streamOpened(let stream):
            streamOpened(StreamKey(link: link, stream: stream), at: now, into: &outbox)
        case .streamData(let stream, let bytes):
            streamData(StreamKey(link: link, stream: stream), bytes, at: now, into: &outbox)
        case .streamFinished(let stream):
            streamFinished(StreamKey(link: link, stream: stream), at: now, into: &outbox)
        case .streamReset(let stream):
            streamReset(StreamKey(link: link, stream: stream), at: now, into: &outbox)
        case .streamSent(let stream, let count):
            streamSent(StreamKey(link: link, stream: stream), count, at: now, into: &outbox)
        case .closed(let reason):
            linkClosed(link, reason: reason, at: now, into: &outbox)
        }
    }
}

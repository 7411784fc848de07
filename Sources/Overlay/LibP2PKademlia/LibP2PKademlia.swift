import OrderedCollections

/// Serves libp2p's DHT to peers that are no members: its libp2p neighbours, their streams and what they announced.
///
/// A plain value like ``Kademlia``, beside it and apart from it: what neighbours say enters no routing table of the mesh.
/// Its owner names connections and streams by numbers of its own, says what came, and carries out the ``Reaction``.
public struct LibP2PKademlia: Sendable {
    /// Names a stream of a neighbour.
    public struct StreamName: Hashable, Sendable {
        /// The neighbour's connection, as the owner numbers them.
        public let connection: UInt64
        /// The stream in that connection, as the owner numbers them.
        public let stream: UInt64

        public init(connection: UInt64, stream: UInt64) {
            self.connection = connection
            self.stream = stream
        }
    }

    /// What the owner has to do on a stream, in this order.
    public struct Reaction: Hashable, Sendable {
        /// How a stream ends here.
        public enum End: Hashable, Sendable {
            /// This side says nothing more.
            case finish
            /// Both ways at once.
            case reset
        }

        /// To be written to the stream.
        public var answers: [Bytes] = []
        /// What was not acted on, to be counted.
        public var drops: [LibP2PKademliaDrop] = []
        /// Requests that were read.
        public var requests: UInt64 = 0
        /// Nil when the stream goes on.
        public var end: End?

        mutating func reset(_ drop: LibP2PKademliaDrop) {
            drops.append(drop)
            end = .reset
        }
    }

    /// Contacts that the owner knows of, near to a place in the key space, and whatever it knows of the peer that the key
    /// names.
    public typealias Contacts = (_ key: [UInt8], _ place: NodeKey) -> [LibP2PKademliaMessage.Peer]

    struct Neighbour: Sendable {
        let peer: PeerID
        var lastAsked: Instant
        var streams = 0
        var allowance: Allowance
        /// Where it says that it listens.
        var addresses: [Multiaddr] = []
        /// It answers questions of the DHT itself, so that others may be sent to it.
        var isServer = false
    }

    struct Stream: Sendable {
        var frames: LibP2PKademliaFrames
        var unsent = 0
    }

    private let frozenSettings: Frozen<LibP2PKademliaSettings>
    var neighbours: OrderedDictionary<UInt64, Neighbour> = [:]
    var streams: OrderedDictionary<StreamName, Stream> = [:]
    var store: ProviderStore

    public init(settings: LibP2PKademliaSettings = LibP2PKademliaSettings()) {
        frozenSettings = Frozen(settings)
        store = ProviderStore(settings: settings.providers)
    }

    /// Its limits.
    public var settings: LibP2PKademliaSettings { frozenSettings.value }

    /// How many libp2p neighbours there are.
    public var neighbourCount: Int { neighbours.count }

    /// How many announcements are kept.
    public var providerCount: Int { store.count }

    // MARK: Connections

    /// The peer at the other end of a neighbour's connection; nil when the connection is none.
    public func peer(on connection: UInt64) -> PeerID? { neighbours[connection]?.peer }

    /// Whether a peer is a libp2p neighbour, over whatever connection.
    public func isNeighbour(_ peer: PeerID) -> Bool { neighbours.values.contains { $0.peer == peer } }

    /// The connections of all neighbours, in the order of their coming.
    public var connections: [UInt64] { Array(neighbours.keys) }

    /// Takes a connection in. False when there are as many as there may be.
    public mutating func admit(_ connection: UInt64, of peer: PeerID, at now: Instant) -> Bool {
        guard neighbours[connection] == nil else { return true }
        guard neighbours.count < settings.neighbours else { return false }
        neighbours[connection] = Neighbour(
            peer: peer, lastAsked: now,
            allowance: Allowance(perSecond: settings.requestsPerSecond, burst: settings.requestBurst, at: now))
        return true
    }

    /// What a neighbour says of itself.
    public mutating func identified(_ connection: UInt64, as info: IdentifyInfo) {
        let addresses = info.listenAddresses.prefix(settings.addressesPerPeer).map(\.withoutPeer)
        neighbours[connection]?.addresses = Array(addresses)
        neighbours[connection]?.isServer = info.protocols.contains(LibP2PKademliaMessage.protocolID)
    }

    /// A neighbour's connection is over.
    public mutating func closed(_ connection: UInt64) {
        guard neighbours.removeValue(forKey: connection) != nil else { return }
        streams.removeAll { $0.key.connection == connection }
    }

    /// When the first neighbour has asked nothing for too long.
    public var nextDeadline: Instant {
        neighbours.values.map { $0.lastAsked + settings.idle }.min() ?? .distantFuture
    }

    /// The connections of neighbours that have asked nothing for too long.
    public func idle(at now: Instant) -> [UInt64] {
        neighbours.filter { $0.value.lastAsked + settings.idle <= now }.map(\.key)
    }
}

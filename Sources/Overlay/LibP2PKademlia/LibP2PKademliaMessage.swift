/// One request or answer of libp2p's DHT
/// (https://github.com/libp2p/specs/blob/master/kad-dht/README.md#rpc-messages). On a stream each stands behind its
/// length as a varint.
///
/// Not to be mixed up with ``KademliaMessage``, which members of a mesh send each other.
public struct LibP2PKademliaMessage: Hashable, Sendable {
    /// The protocol on whose streams these messages travel.
    public static let protocolID = "/ipfs/kad/1.0.0"

    /// What is asked for; an answer has the kind of its request.
    public enum Kind: UInt64, Hashable, Sendable {
        case putValue = 0
        case getValue = 1
        case addProvider = 2
        case getProviders = 3
        case findNode = 4
        /// Replaced by libp2p's ping, and still answered.
        case ping = 5
    }

    /// How the sender stands to a peer that it names.
    public enum ConnectionState: UInt64, Hashable, Sendable {
        case notConnected = 0
        case connected = 1
        case canConnect = 2
        case cannotConnect = 3
    }

    /// A peer and where it is said to listen. Nothing of it is signed.
    public struct Peer: Hashable, Sendable {
        /// Of any key type: the DHT of libp2p is not of Ed25519 peers only.
        public var id: LibP2PPeerID
        /// Without `/p2p/…` at their ends.
        public var addresses: [Multiaddr]
        /// As the sender sees it.
        public var connection: ConnectionState

        public init(id: LibP2PPeerID, addresses: [Multiaddr], connection: ConnectionState = .notConnected) {
            self.id = id
            self.addresses = addresses
            self.connection = connection
        }
    }

    /// A value with its key, as PUT_VALUE carries it. This node keeps none.
    public struct Record: Hashable, Sendable {
        /// What the value is kept under.
        public var key: [UInt8]
        /// The value.
        public var value: [UInt8]
        /// When the sender got it (RFC 3339), or empty.
        public var timeReceived: String

        public init(key: [UInt8], value: [UInt8], timeReceived: String = "") {
            self.key = key
            self.value = value
            self.timeReceived = timeReceived
        }
    }

    /// What is asked, or what was.
    public var kind: Kind
    /// A peer id, the multihash of a content, or the name of a value; the place in the key space is its SHA-256.
    public var key: [UInt8]
    /// The value of PUT_VALUE and GET_VALUE.
    public var record: Record?
    /// Peers nearer to the key than the sender, in an answer.
    public var closerPeers: [Peer] = []
    /// Those that have the content.
    public var providerPeers: [Peer] = []

    public init(_ kind: Kind, key: [UInt8], record: Record? = nil) {
        self.kind = kind
        self.key = key
        self.record = record
    }
}

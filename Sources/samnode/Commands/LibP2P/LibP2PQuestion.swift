import Overlay

/// What a server of libp2p's DHT is asked, and what its answer is good for.
enum LibP2PQuestion: Sendable {
    /// The peers nearest to this one, itself among them when it is known.
    case findNode(LibP2PPeerID)
    /// Who has a content.
    case getProviders(ContentID)
    /// That this side has a content, at these addresses.
    case provide(ContentID, at: [Multiaddr])

    /// The messages to send on one stream. An announcement has no answer, so it is followed by the question whether it was
    /// heard.
    func requests(from own: PeerID) -> [LibP2PKademliaMessage] {
        switch self {
        case .findNode(let peer):
            return [LibP2PKademliaMessage(.findNode, key: peer.encoded)]
        case .getProviders(let content):
            return [LibP2PKademliaMessage(.getProviders, key: content.multihash.encoded)]
        case .provide(let content, let addresses):
            var announcement = LibP2PKademliaMessage(.addProvider, key: content.multihash.encoded)
            announcement.providerPeers = [
                LibP2PKademliaMessage.Peer(id: LibP2PPeerID(own), addresses: addresses, connection: .canConnect)
            ]
            return [announcement, LibP2PKademliaMessage(.getProviders, key: content.multihash.encoded)]
        }
    }

    /// What to report of an answer; nil when it is none to this question, such as the echo of an announcement that
    /// py-libp2p sends.
    func reports(
        of answer: LibP2PKademliaMessage, to own: PeerID, settings: LibP2PKademliaSettings
    ) throws(ProbeFailure) -> [ProbeEvent]? {
        switch (self, answer.kind) {
        case (.findNode, .findNode):
            return answer.closerPeers.map { .named($0, as: .closerPeer) } + [.answered(answer.closerPeers.count)]
        case (.getProviders, .getProviders):
            return answer.providerPeers.map { .named($0, as: .provider) }
                + answer.closerPeers.map { .named($0, as: .closerPeer) } + [.answered(answer.providerPeers.count)]
        case (.provide, .getProviders):
            guard answer.providerPeers.contains(where: { $0.id == LibP2PPeerID(own) }) else {
                throw ProbeFailure(description: "the peer does not list this side as a provider afterwards")
            }
            return [.provided(repeatAfter: settings.providers.republishInterval)]
        default:
            return nil
        }
    }
}

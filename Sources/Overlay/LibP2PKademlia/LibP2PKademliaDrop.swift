/// Why something that a libp2p neighbour sent was not acted on. The stream that it came on is reset, except where it says
/// otherwise.
public enum LibP2PKademliaDrop: String, Hashable, Sendable {
    /// There are as many libp2p neighbours as the node takes.
    case tooManyNeighbours = "libp2p_too_many_neighbours"
    case tooManyStreams = "libp2p_too_many_streams"
    case tooManyRequests = "libp2p_too_many_requests"
    /// It asks on without reading the answers.
    case unreadAnswers = "libp2p_unread_answers"
    /// The length or the content of a message breaks the format, or the stream ended inside it.
    case malformed = "libp2p_malformed"
    case badKey = "libp2p_bad_key"
    /// A value to be kept: this node keeps none, so that none passes its checks.
    case valueRefused = "libp2p_value_refused"
    /// An announcement for somebody else, or without an address. The stream goes on.
    case badProvider = "libp2p_bad_provider"
    /// An announcement above the provider's share of the store. The stream goes on.
    case providerShareUsed = "libp2p_provider_share_used"
    /// Something else than the protocols that are served to a libp2p neighbour.
    case otherProtocol = "libp2p_other_protocol"
}

/// How a search for advertisements ended.
public struct SearchResult: Hashable, Sendable {
    /// Why nothing more is asked.
    public enum End: Hashable, Sendable {
        /// As many hosts were found as were wanted.
        case found
        /// Whoever may have advertisements of the topic was asked.
        case complete
        /// ``AdvertisementSettings/queries`` were used up.
        case queryLimit
        /// Whoever searched did not wait for the rest.
        case cancelled
        /// Too many searches were under way; nobody was asked.
        case busy
        /// The node knew nobody who answers, and nobody came within ``KademliaSettings/firstPeerLimit``.
        case noPeer
    }

    /// Why it ended.
    public let end: End
    /// Registrars asked.
    public let queries: Int
    /// Those that answered.
    public let answers: Int
}

import Overlay

/// A search for services in the DHT: what is wanted, and what was found so far.
struct ServiceSearch: Sendable {
    let topic: Topic
    /// Hosts after which it ends.
    let wanted: Int
    /// The sequence of the entry that was found of each host.
    var found: [PeerID: UInt64] = [:]
}

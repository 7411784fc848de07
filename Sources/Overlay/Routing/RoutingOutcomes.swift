/// What ``RoutingTable/insert(_:roundTrip:at:peers:)`` did, and what the caller has to do now.
public enum InsertOutcome: Hashable, Sendable {
    /// The peer is in a bucket. Nothing to do.
    case inserted
    /// The peer was in the table and is live again. Nothing to do.
    case updated
    /// The bucket is full and the peer waits for a place: check whether this peer, the longest unheard of, still answers.
    case full(check: PeerRef)
    /// The bucket is full of peers heard of lately, and the peer waits for a place. Nothing to do.
    case cached
    /// The peer is not in the table.
    case refused(RoutingRefusal)
}

/// Why a peer did not enter a routing table.
public enum RoutingRefusal: Hashable, Sendable {
    /// It is the node itself.
    case ownKey
    /// Its record does not offer the server role.
    case client
    /// Nobody could dial it.
    case noAddress
    /// Its bucket already holds as many peers of one of its prefixes as the settings allow.
    case prefixFullInBucket
    /// The table already holds as many peers of one of its prefixes as the settings allow.
    case prefixFullInTable
    /// Its bucket already holds as many peers next to its key as the settings allow.
    case crowded
}

/// What a failure meant for the peer's place in the table.
public enum FailureOutcome: Hashable, Sendable {
    /// The peer keeps its place as a suspect and is not named to others until it answers.
    case suspected
    /// The peer is gone; `promoted` took its place if somebody waited.
    case evicted(promoted: PeerRef?)
    /// The peer was not in a bucket.
    case unknown
}

/// What ``RoutingTable/nextCheck(at:)`` wants done.
public enum RoutingCheck: Hashable, Sendable {
    /// Ask this peer anything and report with `markAlive` or `markFailed`.
    case check(PeerRef)
    /// Nobody is due before this; ``Instant/distantFuture`` when the table is empty.
    case wait(until: Instant)
}

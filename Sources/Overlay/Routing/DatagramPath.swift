/// What is known about exchanging datagrams with one peer.
struct DatagramPath: Sendable {
    /// What the peer may still ask.
    var allowance: Allowance
    /// Nil until an answer was timed.
    var roundTrip: RoundTripEstimate?
    /// When the peer answered last: it has a session then.
    var answeredAt: Instant?
    /// The peer did not answer when it was last asked, and never did before.
    var isSilent = false
}

/// Whether datagrams pass at all, as the node's own questions tell.
struct DatagramHealth: Sendable {
    /// Questions in a row that nobody answered.
    var vain = 0
    /// Somebody has answered since datagrams last counted as blocked.
    var hasAnswers = false
    /// They count as blocked until then.
    var blockedUntil = Instant.zero
    /// Of all peers: for those that were never timed.
    var roundTrip: RoundTripEstimate?
    /// What the owner was last told.
    var isReportedBlocked = false
}

/// What is known about exchanging datagrams with one peer.
struct DatagramPath: Sendable {
    /// What the peer may still ask.
    var allowance: Allowance
    /// Nil until an answer was timed.
    var roundTrip: RoundTripEstimate?
    /// When the peer answered last: it has a session then. Nil again once it did not answer.
    var answeredAt: Instant?
    /// Whether it ever answered.
    var hasAnswered = false
    /// It did not answer lately: until then, more silence says nothing new, and a peer that never answered is dialed.
    var isMissedUntil = Instant.zero
}

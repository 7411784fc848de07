import Overlay

/// What is kept for one link about revocations. Other than entries, they are told to every peer with a link, whether it is a
/// neighbour or not: nothing is served or relayed for it before.
struct RevocationExchange: Sendable {
    /// Which revocations it has, as it says and as messages since show; nil until it has said so.
    var tallies: [RevocationTally]?
    /// When to ask it for its tallies again; the distant future when this node has all that it has.
    var due = Instant.distantFuture
    /// When it was told this node's tallies last.
    var talliedAt = Instant.zero
    /// Unasked signature checks that it causes.
    var intake = RateLimit()
    /// Work that its questions cause.
    var answers = RateLimit()
}

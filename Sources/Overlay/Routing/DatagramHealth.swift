/// Whether datagrams pass at all, as the node's own questions tell.
struct DatagramHealth: Sendable {
    /// Peers in a row that did not answer, each counted once.
    var vain = 0
    /// Somebody has answered since datagrams last counted as blocked.
    var hasAnswers = false
    /// They count as blocked until then.
    var blockedUntil = Instant.zero
    /// Of all peers: for those that were never timed.
    var roundTrip: RoundTripEstimate?
    /// How many of the last hundred answers or so came only after a second try, in 1/65,536.
    private var repeated: UInt64 = 0
    /// What the owner was last told.
    var isReportedBlocked = false

    private static let one: UInt64 = 1 << 16
    /// An answer counts for this part of the share, so that some hundred decide.
    private static let weight: UInt64 = 64

    /// A question was answered after so many tries.
    mutating func noteAnswer(tries: Int) {
        repeated -= repeated / Self.weight
        if tries > 1 { repeated += Self.one / Self.weight }
    }

    /// How many datagrams a question is worth: as many as it takes until no more than one in
    /// ``KademliaSettings/vainQuestions`` would be in vain with a peer that is there.
    func tries(_ settings: KademliaSettings) -> Int {
        var tries = 1
        var vain = repeated
        while vain > Self.one / max(settings.vainQuestions, 1), tries < settings.mostTries {
            vain = vain * repeated / Self.one
            tries += 1
        }
        return max(1, tries, settings.tries)
    }

    /// Whether a question is likelier to be lost than its peer is to have started anew.
    func isLossy(_ settings: KademliaSettings) -> Bool { repeated * 100 >= settings.lossyPercent * Self.one }

    /// How many silent peers in a row it takes to count as blocked.
    func mostVain(_ settings: KademliaSettings) -> Int {
        hasAnswers ? settings.vainPeers : min(settings.vainPeersAtFirst, settings.vainPeers)
    }
}

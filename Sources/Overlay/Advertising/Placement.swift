/// A host's advertisement at one registrar.
struct Placement: Sendable {
    /// How far it has come.
    enum State: Hashable, Sendable {
        /// The registrar is to be asked at this moment: for a ticket, or with one.
        case due(at: Instant, Ticket)
        /// Asked, not answered.
        case asked(Ticket)
        /// It stands there; to be renewed at this moment.
        case registered(renewAt: Instant)
    }

    let registrar: ContactRecord
    /// Leading bits that the registrar's key shares with the topic's.
    let bucket: Int
    var state: State
    /// The registrar has an older statement of the host than the one to be placed now.
    var isOutdated = false
}

import Overlay

/// A peer with a link, as far as being neighbours is concerned.
struct LinkedPeer: Sendable {
    enum State: Hashable, Sendable {
        /// No neighbour. It is not asked to become one before then.
        case idle(until: Instant)
        /// It was asked and has until then to answer.
        case asked(until: Instant)
        /// It is a neighbour.
        case active
    }

    /// Who made the link.
    let origin: LinkOrigin
    /// Where it can be dialed, when that is known.
    var contact: ContactRecord?
    var state: State
    /// What it says about being a neighbour, and the answers that it causes.
    var answers = RateLimit()
    /// Shuffles that it sends.
    var shuffles = RateLimit()

    var isActive: Bool { state == .active }
    var isAsked: Bool { if case .asked = state { true } else { false } }
}

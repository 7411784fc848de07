/// What a swarm asks of its worlds in the first place. Plans of different kinds are drawn from the same seed.
public enum SwarmFocus: String, CaseIterable, Hashable, Sendable {
    /// Everything that there is.
    case general
    /// Many changes of what is offered, and links that come and go.
    case catalog
    /// Many searches, and nodes that come and go.
    case routing
    /// Many requests, and links that break, stall and lose.
    case links
}

import Gossip
import Inference
import Overlay

/// What somebody who sees everything sees at one node.
enum Observation: Sendable {
    case started
    /// It does not run any more, on purpose or not.
    case stopped
    /// It has a link that both ends admitted, its first since it started.
    case joined
    case published(CatalogEntry)
    case withdrawn
    /// Its catalog lists this entry now, and so many altogether; by its own calendar.
    case listed(CatalogEntry, count: Int, wall: WallTime)
    case unlisted(PeerID, count: Int, wall: WallTime)
    case lookup(UserLookup, LookupResult)
    case requestMade
    case requestEnded(RequestLog.Made)
    case violation(Violation)
}

/// An observation with its place and time.
struct Observed: Sendable {
    let time: VirtualTime
    let node: NodeIndex
    let what: Observation
}

/// A search that a user of a node waits for.
struct UserLookup: Sendable {
    let target: NodeIndex
    let startedAt: VirtualTime
}

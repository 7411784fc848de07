import Gossip
import Inference
import Overlay

/// What somebody who sees everything sees at one node.
enum Observation: Sendable {
    case started
    /// It does not run any more, on purpose or not.
    case stopped
    case published(CatalogEntry)
    case withdrawn
    /// Its catalog lists this entry now; by its own calendar.
    /// - Parameter source: who told it; nil when nobody did, or when that is not followed.
    case listed(CatalogEntry, wall: WallTime, from: NodeIndex?)
    case unlisted(PeerID, wall: WallTime)
    /// It says that a listed host cannot be reached, while packets pass both ways.
    case accused(NodeIndex)
    case lookupStarted
    case lookup(UserLookup, LookupResult)
    /// A backend got the whole of a request.
    case requestExecuted(RequestCheck.ID)
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

import Gossip
import Overlay

/// By which calendar a node's list is judged.
enum Calendar {
    /// The node's own; but one that is ahead of the truth by more than nodes tolerate of each other is not to be believed, and
    /// what is over by it alone may stay.
    static func judging(_ wall: WallTime, at time: VirtualTime) -> WallTime {
        min(wall, VirtualClock.epoch + time.sinceStart + GossipSettings().clockSkew)
    }
}

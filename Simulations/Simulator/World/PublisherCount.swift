import Overlay

/// How many honest publishers run and want to be listed, as far as everybody can know it.
///
/// A change counts when news of it can have reached another node, which is the shortest way between two nodes later.
/// By then all parts of a world know of it, so the count does not depend on the parts.
struct PublisherCount: Sendable {
    struct Change: Hashable, Sendable {
        let publisher: NodeIndex
        let isListed: Bool
        let time: VirtualTime
    }

    private let delay: TimeSpan
    private var listed: NodeSet
    /// Changes that do not count yet; those of one publisher in their order.
    private var waiting: [Change] = []
    private var soonest = VirtualTime.distantFuture

    /// - Parameter delay: the shortest way between two nodes.
    init(nodes: Int, delay: TimeSpan) {
        listed = NodeSet(capacity: nodes)
        self.delay = delay
    }

    mutating func note(_ change: Change) {
        waiting.append(change)
        soonest = min(soonest, change.time + delay)
    }

    /// Of this moment; moments are asked for in their order.
    mutating func count(at now: VirtualTime) -> Int {
        guard soonest <= now else { return listed.count }
        var rest: [Change] = []
        for change in waiting {
            guard change.time + delay <= now else {
                rest.append(change)
                continue
            }
            if change.isListed { listed.insert(change.publisher) } else { listed.remove(change.publisher) }
        }
        waiting = rest
        soonest = rest.reduce(.distantFuture) { min($0, $1.time + delay) }
        return listed.count
    }
}

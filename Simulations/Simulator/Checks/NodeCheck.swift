import Inference
import Overlay

/// Looks at one node from outside: what its core shows, beside what the world knows of its links.
enum NodeCheck {
    /// Every once in a while.
    static func inspect(_ node: SimulatedNode, at time: VirtualTime, into violations: inout [Violation]) {
        let neighbors = node.peer.mesh.neighborIDs
        let unlinked = neighbors.filter { !node.peer.kademlia.isLinked($0) }
        if neighbors.count != node.peer.linkCount || !unlinked.isEmpty {
            let text =
                "\(node.peer.linkCount) links, \(neighbors.count) neighbours in the catalog's gossip, "
                + "\(unlinked.count) of them unknown to routing"
            violations.append(Violation(.partsDisagree, at: time, node: node.index, text))
        }
        if neighbors.contains(node.peer.id) {
            violations.append(Violation(.selfLink, at: time, node: node.index, "it is its own neighbour"))
        }
        let wall = node.clock.moment(at: time).wall
        for entry in node.peer.mesh.catalog.entries where entry.expiry + Self.slack <= wall {
            let text = "sequence \(entry.sequence) of \(entry.peer) is over since \(entry.expiry)"
            violations.append(Violation(.expiredEntry, at: time, node: node.index, text))
        }
    }

    /// An entry may stand this long after its end: the node's timer fires at the same moment as the inspection.
    private static let slack = TimeSpan.seconds(1)
}

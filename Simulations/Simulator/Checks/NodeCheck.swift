import Gossip
import Inference
import Overlay

/// Looks at one node from outside: what its core shows, beside what the world knows of its links.
enum NodeCheck {
    /// Now and then, since it goes through the whole table: bounds, and the form of the routing table.
    static func inspectDeeply(
        _ node: SimulatedNode, in setup: Setup, at time: VirtualTime, into violations: inout [Violation]
    ) {
        let kademlia = node.peer.kademlia
        var counts = BoundCheck.Counts()
        counts.links = node.peer.allLinkCount
        counts.catalog = node.peer.mesh.catalog.liveCount
        (counts.lookups, counts.questions, counts.dials) = kademlia.load
        counts.peers = kademlia.peers.count
        BoundCheck().inspect(counts, of: node.index, at: time, into: &violations)
        if setup.isHonestThroughout {
            BoundCheck().inspectRefusals(
                node.peer.mesh.counts.refusals, of: node.index, at: time, into: &violations)
        }
        let buckets = (0..<kademlia.table.depth).map { bucket in
            kademlia.table.entries(inBucket: bucket).compactMap { entry -> TableCheck.Entry? in
                let record = kademlia.peers[entry.peer]
                return setup.numbers[record.peer].map { other in
                    TableCheck.Entry(
                        key: NodeKey(record.peer), node: other, addresses: record.contact.addresses.compactMap(\.ip))
                }
            }
        }
        TableCheck().inspect(
            buckets, of: node.index, key: NodeKey(node.peer.id), at: time, into: &violations)
    }

    /// Every once in a while.
    static func inspect(_ node: SimulatedNode, at time: VirtualTime, into violations: inout [Violation]) {
        let neighbors = node.peer.mesh.neighborIDs
        let active = node.peer.membership.active
        let linked = node.peer.linkedPeers
        let unlinked = linked.filter { !node.peer.kademlia.isLinked($0) }
        if Set(neighbors) != Set(active) || !Set(linked).isSuperset(of: active) || !unlinked.isEmpty {
            let text =
                "\(linked.count) links, \(unlinked.count) of them unknown to routing, \(active.count) neighbours, "
                + "\(neighbors.count) in the catalog's gossip"
            violations.append(Violation(.partsDisagree, at: time, node: node.index, text))
        }
        if neighbors.contains(node.peer.id) {
            violations.append(Violation(.selfLink, at: time, node: node.index, "it is its own neighbour"))
        }
        // A node looks at its calendar now and then only: nobody tells it that it jumped.
        guard node.steppedAt.map({ $0 + GossipSettings().expiryCheck + slack < time }) ?? true else { return }
        let wall = Calendar.judging(node.clock.moment(at: time).wall, at: time)
        for entry in node.peer.mesh.catalog.entries where entry.expiry + Self.slack <= wall {
            let text = "sequence \(entry.sequence) of \(entry.peer) is over since \(entry.expiry)"
            violations.append(Violation(.expiredEntry, at: time, node: node.index, text))
        }
    }

    /// An entry may stand this long after its end: the node's timer fires at the same moment as the inspection.
    private static let slack = TimeSpan.seconds(1)
}

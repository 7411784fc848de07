import Gossip
import Overlay

/// What must be true when nothing goes wrong any more.
enum ConvergenceCheck {
    /// How many nodes list something else than what was published last, and one of them in words.
    struct Differences {
        var nodes = 0
        var example: (node: NodeIndex, text: String)?

        var isNone: Bool { nodes == 0 }

        mutating func note(_ node: NodeIndex, _ text: String) {
            nodes += 1
            if example == nil { example = (node, text) }
        }
    }

    /// Compares every catalog with what the publishers themselves list as their own.
    static func differences(_ nodes: [SimulatedNode]) -> Differences {
        let nodes = nodes.filter(\.isRunning)
        var truth: [PeerID: EntryID] = [:]
        for node in nodes {
            if let entry = node.peer.mesh.catalog[node.peer.id] { truth[node.peer.id] = entry.id }
        }
        var differences = Differences()
        for node in nodes {
            let entries = node.peer.mesh.catalog.entries
            let outdated = entries.count { truth[$0.peer] != $0.id }
            guard outdated > 0 || entries.count != truth.count else { continue }
            differences.note(
                node.index,
                "lists \(entries.count) of \(truth.count) nodes, \(outdated) with another entry than their own")
        }
        return differences
    }

    /// Links that only one end counts as one.
    static func oneSidedLinks(_ nodes: [SimulatedNode]) -> Differences {
        let nodes = nodes.filter(\.isRunning)
        let neighbors = nodes.map { Set($0.peer.mesh.neighborIDs) }
        var places: [PeerID: Int] = [:]
        for (place, node) in nodes.enumerated() { places[node.peer.id] = place }
        var differences = Differences()
        for node in nodes {
            for neighbor in node.peer.mesh.neighborIDs {
                guard let place = places[neighbor], !neighbors[place].contains(node.peer.id) else { continue }
                differences.note(node.index, "has a link to node \(nodes[place].index), which has none back")
            }
        }
        return differences
    }
}

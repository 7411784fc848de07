import Gossip
import Inference
import Overlay

/// What is noted of the nodes of a part.
extension Shard {
    mutating func observe(_ what: Observation, at node: NodeIndex) {
        var found: [Violation] = []
        witness.note(what, at: node, now, into: &found)
        for violation in found { report(.violation(violation), at: node) }
        switch what {
        case .started, .stopped, .accused: report(what, at: node)
        case .published, .withdrawn, .listed: if keepsDeliveries { report(what, at: node) }
        case .unlisted, .lookupStarted, .lookup, .requestExecuted, .requestEnded, .violation: break
        }
    }

    /// Something that concerns the world.
    private mutating func report(_ what: Observation, at node: NodeIndex) {
        observed.append(Observed(time: now, node: node, what: what))
    }

    mutating func countSent(_ kind: MessageKind, bytes: Int, by node: NodeIndex) {
        self[node].sent.count(kind, bytes: bytes)
        witness.observations.sent(kind, bytes: bytes, by: node)
    }

    /// Takes down how things stand.
    mutating func sample(tables: Observations.Tables?) {
        for node in nodes where node.isRunning {
            witness.review(node.index, listed: node.peer.mesh.catalog.liveCount, at: now)
        }
        witness.observations.sample(at: now, tables: tables)
    }
}

import Gossip
import Inference
import Overlay

/// Where a planted bug acts: on the settings of a core when it is made, and on what a core is about to hear.
package struct Tampering: Sendable {
    /// After this, meshes of a swarm have formed.
    private static let formed = VirtualTime.zero + .seconds(8)

    package let bug: PlantedBug

    package init(_ bug: PlantedBug) {
        self.bug = bug
    }

    /// Before a core is made.
    func change(_ settings: inout PeerSettings) {
        guard bug == .forgetsPrefixLimits else { return }
        settings.kademlia.routing.perPrefixInBucket = .max
        settings.kademlia.routing.perPrefixInTable = .max
    }

    /// Right before a core hears something.
    /// - Returns: whether it hears it at all.
    func passes(_ event: LinkEvent, to peer: inout Peer, of node: NodeIndex, at time: VirtualTime) -> Bool {
        switch (bug, event) {
        case (.takesOlderEntries, .message(.gossip(.push(let entries)))):
            for bytes in entries { peer.mesh.catalog.forgetLater(than: bytes) }
            return true
        case (.takesOlderEntries, .message(.gossip(.packedPush(let entries)))),
            (.takesOlderEntries, .message(.gossip(.widePush(let entries)))):
            for packed in entries {
                guard let bytes = try? packed.unpacked(of: peer.mesh.catalog.mesh) else { continue }
                peer.mesh.catalog.forgetLater(than: bytes)
            }
            return true
        case (.stopsComparing, .message(.gossip(.compare))):
            return time < Self.formed
        case (.missesEndOfLinks, .closed):
            return node.number % 2 == 0
        default:
            return true
        }
    }
}

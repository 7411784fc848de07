import Overlay

/// Parameters of gossipsub: the recommended values of its specification 1.0 and 1.1, where not said otherwise, and of the
/// scores as Ethereum's beacon chain has them for blocks.
struct GossipsubSettings: Sendable {
    // The mesh.
    var degree = 6
    /// The specification's; go-libp2p-pubsub has 5.
    var lowDegree = 4
    var highDegree = 12
    /// Peers with the best scores that are kept when a mesh is too large, and peers in it that were dialled.
    var scoreDegree = 4
    var outboundDegree = 2
    var heartbeat = TimeSpan.seconds(1)
    /// How long whom the node pruned is not grafted, in heartbeats.
    var backoff: UInt32 = 60
    /// How much longer a node itself waits, so that it never grafts too early by the other's clock.
    var backoffSlack: UInt32 = 2
    /// Whoever grafts within so many heartbeats of having been pruned is punished twice.
    var graftFlood: UInt32 = 10
    /// Peers named in a prune.
    var exchangedPeers = 16
    /// Heartbeats between grafts that improve a mesh, and how many it then gets.
    var opportunisticInterval: UInt32 = 60
    var opportunisticPeers = 2

    // Gossip.
    var lazyDegree = 6
    /// One in so many peers outside the mesh gets gossip when that is more.
    var gossipShare = 4
    /// Heartbeats for which entries are kept, and for which they are advertised.
    var historyLength: UInt32 = 5
    var historyGossip: UInt32 = 3
    /// Advertisements of a peer in one heartbeat, and entries asked of it.
    var mostAdvertisements: UInt8 = 10
    var mostAsked: UInt16 = 5_000
    /// Heartbeats in which an entry that was asked for has to come.
    var followUp: UInt32 = 3

    // Scores, in thousandths. What rests on an expected rate of messages (P3), on addresses (P6) and on the application (P5)
    // has no counterpart in a plan; nobody sends invalid entries (P4).
    /// Of the topic, for blocks.
    var topicWeight: Int64 = 800
    /// P1: for every quantum in the mesh, up to the cap.
    var meshQuantum: UInt32 = 12
    var meshWeight: Int64 = 33
    var meshCap: Int64 = 10_000
    /// P2: for every entry that came from a peer first, up to the cap.
    var firstDelivery: Int64 = 1_000
    var firstDeliveryCap: Int64 = 23_000
    /// P2 fades with every slot to so many ten-thousandths: to a hundredth within 20 epochs of 32 slots.
    var firstDeliveryDecay: Int64 = 9_928
    /// P7: the square of what misbehaviour is above its threshold, weighted.
    var behaviourWeight: Int64 = -15_920
    var behaviourThreshold: Int64 = 6_000
    var behaviourDecay: Int64 = 9_857
    /// Heartbeats between two steps of fading.
    var decayInterval: UInt32 = 12
    /// Below these a peer gets no gossip, no own entries, and is not listened to.
    var gossipThreshold: Int64 = -4_000_000
    var publishThreshold: Int64 = -8_000_000
    var graylistThreshold: Int64 = -16_000_000
    /// A mesh whose median is below it is improved.
    var opportunisticThreshold: Int64 = 5_000
    /// Whose exchanged peers are believed: go-libp2p-pubsub's default; Ethereum's 100 is out of reach for one topic.
    var exchangeThreshold: Int64 = 0

    // Lengths.
    /// A control message and its framing, a peer named in a prune with its signed record, the name of an entry.
    var controlLength = 40
    var exchangedPeerLength = 150
    var entryNameLength = 48
}

/// What a node knows of a peer of its topic. Times count in heartbeats of the node's present life.
struct MeshPeer: Sendable {
    var isInMesh = false
    /// When it came into the mesh.
    var graftedAt: UInt32 = 0
    /// Until when it is not grafted.
    var backoffEnd: UInt32 = 0
    /// P2 and P7, in thousandths.
    var firstDeliveries: Int64 = 0
    var misbehaviour: Int64 = 0
    /// Advertisements of this heartbeat, and entries asked for in it.
    var advertisements: UInt8 = 0
    var asked: UInt16 = 0

    /// In thousandths.
    func score(at tick: UInt32, _ settings: GossipsubSettings) -> Int64 {
        let quanta = isInMesh ? Int64((tick - graftedAt) / settings.meshQuantum) : 0
        let topic = min(quanta * settings.meshWeight, settings.meshCap) + firstDeliveries
        let excess = max(0, misbehaviour - settings.behaviourThreshold)
        // Misbehaviour fades and is bounded, so that its square stays far below 64 bits.
        return topic * settings.topicWeight / 1_000 + excess * excess / 1_000 * settings.behaviourWeight / 1_000
    }

    mutating func punish() { misbehaviour = min(misbehaviour + 1_000, 10_000_000) }

    mutating func fade(_ settings: GossipsubSettings) {
        firstDeliveries = firstDeliveries * settings.firstDeliveryDecay / 10_000
        misbehaviour = misbehaviour * settings.behaviourDecay / 10_000
    }
}

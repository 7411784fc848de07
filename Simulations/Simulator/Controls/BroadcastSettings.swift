import Overlay

/// What the opponents that spread entries have in common: who is connected to whom, and how long messages are.
struct BroadcastSettings: Sendable {
    /// Nodes that each node dials, at random; with those that dial it, it has twice as many connections on average: the
    /// degree 20 of the evaluation of gossipsub 1.1 (Vyzovitis and others 2020).
    var dials = 10
    /// Between looks at whether connections are missing, which are then dialled.
    var maintenanceInterval = TimeSpan.seconds(10)
    /// Between keep-alives; a peer that was silent twice is given up, as the node's own links are after 10 to 28 s.
    var keepAliveInterval = TimeSpan.seconds(12)
    /// TCP, the choice of Noise, Noise XX, the choice of yamux, as the node's own links.
    var handshakeRoundTrips = 4
    /// An entry that a publisher signed.
    var entryLength = 512
    /// What carries it: topic, sender, number and signature of a pubsub message.
    var envelopeLength = 140
    /// A keep-alive of yamux.
    var keepAliveLength = 12
}

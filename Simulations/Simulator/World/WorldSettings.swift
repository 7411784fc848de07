import Inference
import Overlay

/// What a world is made of. Everything else follows from its seed.
public struct WorldSettings: Sendable {
    public var seed: UInt64
    public var nodes: Int
    /// Services that each node offers. With none a node lists others and is not listed.
    public var servicesPerNode = 1
    /// Nodes whose addresses everybody knows at the start.
    public var bootstraps = 3
    /// Within which nodes start, each at a moment of its own; the first one at once.
    public var joinWindow = TimeSpan.seconds(5)
    /// How far calendars are wrong at most, to either side.
    public var clockSkew = TimeSpan.milliseconds(500)
    public var network = NetworkSettings()
    /// The settings of every node's core.
    public var peer = PeerSettings()
    /// In any order.
    public var faults: [Fault] = []
    /// How often every node is inspected.
    public var inspectionInterval = TimeSpan.seconds(1)
    /// How long after the last event of the plan everything has to have settled.
    public var settleLimit = TimeSpan.seconds(30)
    /// Peers that each node searches in the check at the end.
    public var probesPerNode = 3

    public init(seed: UInt64, nodes: Int) {
        self.seed = seed
        self.nodes = nodes
    }
}

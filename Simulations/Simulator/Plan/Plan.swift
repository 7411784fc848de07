import Overlay

/// Everything that decides a run: pure data, written in a scenario file, drawn by a swarm, made smaller by a shrinker.
public struct Plan: Hashable, Sendable {
    public var seed: UInt64
    public var fidelity = Fidelity.encoded
    /// Threads that share the work; the result is the same for every number.
    public var threads = 1

    // Who there is.
    public var nodes: Int
    /// Never there. Numbers, keys and paths of the others stay as they are.
    public var absent: Set<NodeIndex> = []
    /// Nodes whose addresses everybody knows, there from the start.
    public var bootstraps = 3
    /// How many nodes, spread evenly, offer services; the others list them.
    public var publishers: Int
    public var servicesPerPublisher = 1
    /// Within which nodes start, each at a moment of its own; bootstraps at once.
    public var joinWindow = TimeSpan.seconds(5)
    public var profile = Profile.standard
    /// How far calendars are wrong at most, to either side.
    public var clockSkew = TimeSpan.milliseconds(500)
    /// Settings of every core that differ from the profile's.
    public var knobs: [Knob] = []

    // What is between them.
    public var latency = LatencyModel.uniform(SpanRange(.milliseconds(10), .milliseconds(100)))
    /// What one packet takes on top, up to this many percent of the latency.
    public var jitterPercent: UInt64 = 10
    /// How often a packet is lost.
    public var loss = Ratio(1, 50)
    /// Losses in bursts, on top.
    public var burstLoss: BurstLoss?
    /// How often a datagram arrives twice.
    public var duplication = Ratio.never
    /// Bytes a second that a node can send, and as many that it can take in; nil is without limit.
    public var bandwidth: UInt64?
    /// Payload bytes of a packet.
    public var packetLength = 1_428
    /// Who is behind an address translator of which kind; the first entry that selects a node counts.
    public var translators: [Translator] = []

    // What happens.
    public var duration: TimeSpan
    public var workloads: [Workload] = []
    public var churn: Churn?
    public var faults: [PlannedFault] = []
    /// How long after `duration`, when all faults have ended, everything has to have settled.
    public var settleLimit = TimeSpan.seconds(30)

    /// Nodes and the address translators that each of them is behind.
    public struct Translator: Hashable, Sendable {
        public var nodes: NodeSelection
        public var kind: NATKind

        public init(_ kind: NATKind, before nodes: NodeSelection) {
            self.nodes = nodes
            self.kind = kind
        }
    }

    public init(seed: UInt64, nodes: Int, duration: TimeSpan) {
        self.seed = seed
        self.nodes = nodes
        publishers = nodes
        self.duration = duration
    }
}

/// What a random number is for. Each has its own stream, so that drawing more for one purpose never changes another.
public enum DrawStream: UInt64, CaseIterable, Sendable {
    /// Key seeds of nodes.
    case identity = 1
    /// The mesh's root key and what its tokens need.
    case authority
    /// The seed of a node's own source of randomness.
    case node
    /// When nodes start.
    case start
    /// Origins and errors of nodes' clocks.
    case clock
    /// Base latency of a pair of nodes.
    case latency
    /// What one transmission takes beyond the base.
    case jitter
    /// Whether one transmission is lost.
    case loss
    /// When a silent link is noticed, in the keep-alive's cycle.
    case silence
    /// Who is asked for in the checks at the end.
    case probe
    /// Which nodes a fault is about.
    case fault
    /// Operations of tests.
    case test
    /// Where nodes are on the map and how long their last mile is.
    case place = 16
    /// Whether a datagram arrives twice.
    case duplication
    /// Whether a datagram is held up, and for how long.
    case reordering
    /// Whether a packet falls to what a fault loses on top.
    case extraLoss
    /// Whether an access link goes through a bad time.
    case burst
    /// Ports of address translators.
    case translation
    /// How long nodes stay and are away.
    case churn
    /// What malicious nodes choose.
    case malice = 64
    /// Keys that malicious nodes try until one lies where they want it.
    case grinding = 65
    /// What a swarm puts into the plans of its runs.
    case plan = 96
    /// When operations of a workload happen, at which nodes, and with whom.
    case workload = 40
    /// Which nodes are looked at where looking at all would take too long.
    case sample = 41
    /// The keys of real connections.
    case session = 48
}

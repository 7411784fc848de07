import Overlay

/// Something that goes wrong for a while. Plans are lists of these: what a run does is decided by the list and not by the
/// seed that drew it, so that a list can be made shorter.
public struct PlannedFault: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        // The network.
        /// No packet passes between these nodes and all others.
        case partition
        /// Packets from these nodes arrive, packets to them do not.
        case deafness
        /// No packet passes between these nodes and those.
        case cut(from: NodeSelection)
        /// Packets from these nodes to those do not pass; the way back works.
        case oneWayCut(to: NodeSelection)
        /// Connections that these nodes have are reset at both ends, once.
        case reset
        /// Share of packets from and to these nodes that are lost, on top of what the network loses.
        case loss(Ratio)
        /// Every packet from and to these nodes takes that much longer.
        case delay(TimeSpan)
        /// Share of datagrams that arrive twice.
        case duplication(Ratio)
        /// Share of datagrams that take up to four times as long as they would.
        case reordering(Ratio)

        // Nodes.
        /// They stop without a word, and start again when the fault ends.
        case crash(Disk)
        /// They say goodbye, and start again when the fault ends.
        case departure
        /// They do nothing at all; what came meanwhile waits for them.
        case stall
        /// Each event takes them that many microseconds of processor time.
        case slowness(TimeSpan)
        /// Their calendar jumps, by nanoseconds; it jumps back when the fault ends.
        case clockStep(Int64)
        /// Their clocks run fast by that many parts per million, slow when negative.
        case clockDrift(Int64)

        // Malice.
        case malice(Behaviour)
    }

    /// What is left of a node's files after a crash.
    public enum Disk: String, CaseIterable, Hashable, Sendable {
        /// Everything that was ever written.
        case kept
        /// Only the identity and the token.
        case lost
        /// The identity, the token, and files as they were some minutes before.
        case old
    }

    /// Since the world began.
    public var start: TimeSpan
    /// Nil: until the world is given time to settle, when every fault ends but malice.
    public var end: TimeSpan?
    public var nodes: NodeSelection
    public var kind: Kind

    public init(_ kind: Kind, of nodes: NodeSelection, from start: TimeSpan, until end: TimeSpan? = nil) {
        self.start = start
        self.end = end
        self.nodes = nodes
        self.kind = kind
    }
}

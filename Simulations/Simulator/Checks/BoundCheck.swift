import Overlay

/// Numbers that nothing may exceed, whatever nodes are told and whatever their settings say.
public struct BoundCheck: Hashable, Sendable {
    /// Links, admitted or not.
    public var links = 128
    /// Entries listed.
    public var catalog = 10_000
    /// Lookups, questions and dials under way.
    public var lookups = 64
    public var questions = 1_024
    public var dials = 64
    /// Peers that anything is known of in routing.
    public var peers = 4_096
    /// Bytes to a dialer that has not shown a token: a hello and a verdict, with a token many times as long as usual.
    public var bytesToStrangers: UInt64 = 16 * 1_024

    public init() {}

    /// What a node keeps at the moment.
    public struct Counts: Hashable, Sendable {
        public var links = 0
        public var catalog = 0
        public var lookups = 0
        public var questions = 0
        public var dials = 0
        public var peers = 0

        public init() {}
    }

    /// Compares what a node keeps with the bounds.
    public func inspect(
        _ counts: Counts, of node: NodeIndex, at time: VirtualTime, into violations: inout [Violation]
    ) {
        let rows = [
            ("links", counts.links, links), ("entries", counts.catalog, catalog), ("lookups", counts.lookups, lookups),
            ("questions", counts.questions, questions), ("dials", counts.dials, dials), ("peers", counts.peers, peers),
        ]
        for (name, count, most) in rows where count > most {
            violations.append(Violation(.nodeBound, at: time, node: node, "\(count) \(name), \(most) allowed"))
        }
    }

    /// A node sent bytes to somebody who dialed it and has not been admitted.
    /// - Parameter total: all that it sent on this link so far.
    public func sentToStranger(
        total: UInt64, by node: NodeIndex, at time: VirtualTime, into violations: inout [Violation]
    ) {
        guard total > bytesToStrangers else { return }
        let text = "\(total) bytes to a dialer that showed no token, \(bytesToStrangers) allowed"
        violations.append(Violation(.amplification, at: time, node: node, text))
    }

    /// Reasons that say that the sender made a mistake; the others can happen among honest nodes that are slow or far.
    private static let mistakes: Set<String> = [
        "forged", "foreign mesh", "oversized", "malformed", "ttl too long", "malformed ranges", "unreadable",
    ]

    /// In a world without malicious nodes no honest one may find fault with what it is sent.
    /// - Parameter refusals: what the node did not use, by reason, as ``Gossip/MeshCounts`` has it.
    func inspectRefusals(
        _ refusals: [(reason: String, count: UInt64)], of node: NodeIndex, at time: VirtualTime,
        into violations: inout [Violation]
    ) {
        for (reason, count) in refusals where count > 0 && Self.mistakes.contains(reason) {
            let text = "refused \(count) times what honest nodes sent: \(reason)"
            violations.append(Violation(.honestRefused, at: time, node: node, text))
        }
    }
}

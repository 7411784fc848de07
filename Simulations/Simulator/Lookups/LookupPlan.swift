import Overlay

/// What ``LookupWorld`` is made from.
public struct LookupPlan: Hashable, Sendable {
    /// Everything random follows from it.
    public let seed: UInt64
    /// Nodes that tables know of, dead ones included.
    public let nodes: Int
    /// Round trips of pairs, drawn once for a pair.
    public var roundTrip = SpanRange(.milliseconds(20), .milliseconds(200))
    /// Nodes that do not run any more, though tables still have them.
    public var dead = Ratio(1, 5)
    /// Datagrams that are lost, in each direction.
    public var loss = Ratio(1, 100)

    public init(seed: UInt64, nodes: Int) {
        self.seed = seed
        self.nodes = nodes
    }

    /// More would not fit the addresses, and take minutes to make.
    public static let mostNodes = 1_000_000
}

/// Whose settings the nodes of a ``LookupWorld`` have.
public enum LookupContender: String, CaseIterable, Sendable {
    /// The node as it ships.
    case samnode
    /// The same code with what the paper says and nothing else: three questions at a time on one path, each sent once and
    /// waited for a fixed second, no detours.
    case plainKademlia = "plain-kademlia"

    var settings: KademliaSettings {
        var settings = KademliaSettings()
        guard self == .plainKademlia else { return settings }
        settings.lookup.paths = 1
        settings.lookup.parallelism = 3
        settings.lookup.maximumParallelism = 3
        settings.lookup.widenings = 0
        settings.lookup.regionDetours = 0
        settings.tries = 1
        settings.mostTries = 1
        settings.shortestTimeout = .seconds(1)
        settings.longestTimeout = .seconds(1)
        return settings
    }
}

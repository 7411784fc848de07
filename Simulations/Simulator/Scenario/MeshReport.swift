import Overlay

/// What a run of a mesh gave: figures, and what did not hold.
public struct MeshReport: Sendable {
    /// When this share of the nodes listed every live entry, and did not stop to.
    public struct Completion: Sendable {
        public let percent: Int
        /// Since the world began; nil when fewer nodes came so far.
        public let time: VirtualTime?
    }

    public struct KindTraffic: Sendable {
        public let kind: MessageKind
        public let count: Traffic.Count
    }

    public struct Lookups: Sendable {
        public var made = 0
        public var found = 0
        public var queries: [Int] = []
        public var hops: [Int] = []
    }

    public let settings: WorldSettings
    /// When the check of convergence passed; nil when it did not.
    public let settledAt: VirtualTime?
    public let completions: [Completion]
    public let deliveries: Quantiles<TimeSpan>
    /// Kinds that occurred.
    public let traffic: [KindTraffic]
    public let messagesPerNode: Quantiles<UInt64>
    public let bytesPerNode: Quantiles<UInt64>
    public let links: Quantiles<Int>
    public let tables: Quantiles<Int>
    /// Entries that arrived and were known already, for one that was new.
    public let duplicates: (duplicates: UInt64, accepted: UInt64)
    /// Own entries announced, by node.
    public let publications: Quantiles<UInt64>
    public let dials: (made: UInt64, failed: UInt64)
    public let linksOpened: UInt64
    /// Input that the cores ignored, by reason, in the order of the reasons' names.
    public let drops: [(reason: String, count: UInt64)]
    public let lookups: Lookups
    public let events: UInt64
    public let virtualTime: VirtualTime
    public let violations: Violations
    public let traceHash: String

    public var hasPassed: Bool { violations.isEmpty }
}

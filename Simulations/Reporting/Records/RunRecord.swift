/// One run of one system under one plan, as it is kept in files and shown in reports: everything that decided it, everything
/// that it gave.
public struct RunRecord: Codable, Hashable, Sendable {
    /// The layout of records that this version writes and reads.
    public static let currentSchema = 1
    /// The system that is ours; every other one is an opponent.
    public static let ownSystem = "samnode"
    /// Places kept at most: more dots than that cannot be told apart on a map.
    static let mostPlaces = 5_000

    public var schema = Self.currentSchema
    /// Name and version of the program that made the run.
    public var tool: String
    public var scenario: String
    /// What the scenario is about, in a sentence; empty when nobody wrote one.
    public var summary: String
    /// ``ownSystem``, or the name of an opponent.
    public var system: String
    public var seed: UInt64
    /// What runs it again.
    public var command: String
    /// Nodes of the plan, absent ones included.
    public var nodes: Int
    /// Every option of the plan, in a fixed order.
    public var options: [RecordedOption] = []
    public var faults: [RecordedFault] = []

    public var figures: [RecordedFigure] = []
    public var criteria: [RecordedCriterion] = []
    /// The first ones, in the order in which they happened.
    public var violations: [RecordedViolation] = []
    /// All of them, those that were not kept included.
    public var violationCount = 0
    public var series: [RecordedSecond] = []
    public var histograms: [RecordedHistogram] = []
    /// A sample of the nodes when there are many.
    public var places: [RecordedPlace] = []

    /// Of everything that any node was told; empty when the system computes none.
    public var digest = ""
    public var events: UInt64 = 0
    /// Milliseconds of virtual time.
    public var virtualMilliseconds: UInt64 = 0
    /// Milliseconds since the world began; nil when it did not settle.
    public var settledMilliseconds: UInt64?
    public var cost = RunCost()

    public init(
        tool: String, scenario: String, summary: String = "", system: String = Self.ownSystem, seed: UInt64,
        command: String, nodes: Int
    ) {
        self.tool = tool
        self.scenario = scenario
        self.summary = summary
        self.system = system
        self.seed = seed
        self.command = command
        self.nodes = nodes
    }

    /// Whether it is a run of the node itself.
    public var isOwn: Bool { system == Self.ownSystem }

    /// Whether every criterion held and no property was violated.
    public var hasPassed: Bool { violationCount == 0 && criteria.allSatisfy(\.hasPassed) }

    /// The value of a figure; nil when the run has none of this name.
    public func figure(_ name: String) -> Double? { figures.first { $0.name == name }?.value }

    /// The distribution of a figure; nil when the run has none of this name.
    public func histogram(_ name: String) -> RecordedHistogram? { histograms.first { $0.name == name } }
}

/// What a run cost the machine that it ran on: differs from machine to machine, and is part of no verdict.
public struct RunCost: Codable, Hashable, Sendable {
    public var wallSeconds: Double
    /// Of the whole process, at most, in bytes; nil when nobody measured it.
    public var memory: UInt64?

    public init(wallSeconds: Double = 0, memory: UInt64? = nil) {
        self.wallSeconds = wallSeconds.isFinite ? wallSeconds : 0
        self.memory = memory
    }
}

extension RunRecord {
    /// Nil when nobody measured the time.
    public var eventsPerSecond: Double? { cost.wallSeconds > 0 ? Double(events) / cost.wallSeconds : nil }
}

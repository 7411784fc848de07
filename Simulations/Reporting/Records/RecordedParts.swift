/// An option of a plan, as it would be written.
public struct RecordedOption: Codable, Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Something that went wrong on purpose.
public struct RecordedFault: Codable, Hashable, Sendable {
    /// Milliseconds since the world began.
    public var start: UInt64
    /// Nil: to the end of the run.
    public var end: UInt64?
    public var text: String

    public init(start: UInt64, end: UInt64?, text: String) {
        self.start = start
        self.end = end
        self.text = text
    }
}

/// A named result.
public struct RecordedFigure: Codable, Hashable, Sendable {
    public var name: String
    /// In the unit of ``FigureKind``.
    public var value: Double

    public init(_ name: String, _ value: Double) {
        self.name = name
        self.value = value
    }
}

/// What a scenario demands, and whether the run gave it.
public struct RecordedCriterion: Codable, Hashable, Sendable {
    /// A figure or a property.
    public var name: String
    /// As in the scenario: `>= 99.9`.
    public var bound: String
    /// Nil when the run has no such figure.
    public var value: Double?
    public var hasPassed: Bool

    /// - Parameter value: left out when it is no number.
    public init(_ name: String, bound: String, value: Double?, hasPassed: Bool) {
        self.name = name
        self.bound = bound
        self.value = value.flatMap { $0.isFinite ? $0 : nil }
        self.hasPassed = hasPassed
    }
}

/// A property that did not hold.
public struct RecordedViolation: Codable, Hashable, Sendable {
    public var property: String
    /// Milliseconds since the world began.
    public var time: UInt64
    /// Nil when it is about all.
    public var node: UInt32?
    public var text: String

    public init(property: String, time: UInt64, node: UInt32?, text: String) {
        self.property = property
        self.time = time
        self.node = node
        self.text = text
    }
}

/// How a world was after so many seconds, and what happened in the second before.
public struct RecordedSecond: Codable, Hashable, Sendable {
    public var second: UInt64
    public var live = 0
    public var complete = 0
    public var links = 0
    public var tableEntries = 0
    public var staleEntries = 0
    public var messages: UInt64 = 0
    public var bytes: UInt64 = 0
    public var deliveries: UInt64 = 0
    public var lookups: UInt64 = 0
    public var lookupsFailed: UInt64 = 0

    public init(second: UInt64) {
        self.second = second
    }
}

/// Where a node was on the map, and how it stood at the end.
public struct RecordedPlace: Codable, Hashable, Sendable {
    public var node: UInt32
    /// Thousandths of the map's width and height.
    public var x: UInt16
    public var y: UInt16
    public var region: UInt8
    public var links: UInt16
    public var isMalicious: Bool

    public init(node: UInt32, x: UInt16, y: UInt16, region: UInt8, links: UInt16, isMalicious: Bool = false) {
        self.node = node
        self.x = x
        self.y = y
        self.region = region
        self.links = links
        self.isMalicious = isMalicious
    }
}

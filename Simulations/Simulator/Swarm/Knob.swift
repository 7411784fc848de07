import Overlay

/// One setting of every node's core with another value than its default: a swarm turns some of them, each within the range
/// in which the node has to work.
public struct Knob: Hashable, Sendable {
    public enum Name: String, CaseIterable, Hashable, Sendable {
        case activeView
        case comfortableLinks
        case mostLinks
        case mostDials
        case upkeepInterval
        case idleLink
        case firstRetry
        case longestRetry
        case announceDelay
        case announceInterval
        case entryTTL
        case reconciliationInterval
        case sessionCapacity
        case requestLength
        case fetchCapacity
        case pendingCapacity
        case bucketSize
        case parallelism
        case questionsPerSecond
    }

    public var name: Name
    /// Milliseconds for lengths of time, a number for all others.
    public var value: UInt64

    public init(_ name: Name, _ value: UInt64) {
        self.name = name
        self.value = value
    }
}

extension Knob.Name {
    /// Values in which every property has to hold, in the unit of ``Knob/value``. The ranges of links do not overlap, so that
    /// every combination makes sense.
    public var range: ClosedRange<UInt64> {
        switch self {
        case .activeView: 3...12
        case .comfortableLinks: 12...24
        case .mostLinks: 32...128
        case .mostDials: 8...32
        case .upkeepInterval: 1_000...10_000
        case .idleLink: 5_000...60_000
        case .firstRetry: 500...2_000
        case .longestRetry: 4_000...60_000
        case .announceDelay: 10...200
        case .announceInterval: 100...2_000
        // Renewed at half its life at the latest, an entry has to outlast how far two calendars are apart.
        case .entryTTL: 120_000...3_600_000
        case .reconciliationInterval: 5_000...60_000
        case .sessionCapacity: 1...4
        case .requestLength: 4...64
        case .fetchCapacity: 256...4_096
        case .pendingCapacity: 64...1_024
        case .bucketSize: 8...20
        case .parallelism: 2...8
        case .questionsPerSecond: 20...50
        }
    }

    /// Whether values are milliseconds.
    public var isTime: Bool {
        switch self {
        case .upkeepInterval, .idleLink, .firstRetry, .longestRetry, .entryTTL, .reconciliationInterval,
            .announceDelay, .announceInterval:
            true
        default: false
        }
    }
}

extension Knob: CustomStringConvertible {
    public var description: String {
        name.isTime ? "\(name.rawValue) \(TimeSpan.milliseconds(value).secondsText)" : "\(name.rawValue) \(value)"
    }
}

import Foundation
import Overlay
import Simulator

/// What a run gave, for machines: one object, times in milliseconds.
struct ReportJSON: Encodable {
    private let seed: UInt64
    private let nodes: Int
    private let loss: String
    private let figures: [String: Double]
    private let settledMilliseconds: UInt64?
    private let virtualMilliseconds: UInt64
    private let events: UInt64
    private let wallMilliseconds: UInt64
    private let eventsPerSecond: UInt64
    private let violationCount: Int
    private let violations: [String]
    private let trace: String

    init(_ outcome: RunOutcome, wallTime: Duration) {
        seed = outcome.plan.seed
        nodes = outcome.plan.nodes
        loss = outcome.plan.loss.description
        figures = Dictionary(uniqueKeysWithValues: outcome.figures.all.map { ($0.name, $0.value) })
        settledMilliseconds = outcome.settledAt?.sinceStart.milliseconds
        virtualMilliseconds = outcome.virtualTime.sinceStart.milliseconds
        events = outcome.events
        wallMilliseconds = wallTime.milliseconds
        eventsPerSecond = outcome.events.perSecond(in: wallTime)
        violationCount = outcome.violations.count
        violations = outcome.violations.first.map(\.description)
        trace = outcome.digest
    }

    /// On one line, keys in order.
    var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}

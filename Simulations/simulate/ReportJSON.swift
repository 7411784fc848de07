import Foundation
import Overlay
import Simulator

/// A report for machines: one object, times in milliseconds.
struct ReportJSON: Encodable {
    private struct Spread: Encodable {
        let min: UInt64?
        let median: UInt64?
        let max: UInt64?

        init<Value: BinaryInteger>(_ values: Quantiles<Value>) {
            min = values.least.map { UInt64($0) }
            median = values.median.map { UInt64($0) }
            max = values.greatest.map { UInt64($0) }
        }
    }

    private struct Kind: Encodable {
        let messages: UInt64
        let bytes: UInt64
    }

    private let seed: UInt64
    private let nodes: Int
    private let loss: String
    private let completeMilliseconds: [String: UInt64?]
    private let settledMilliseconds: UInt64?
    private let deliveryMilliseconds: [String: UInt64?]
    private let traffic: [String: Kind]
    private let spreads: [String: Spread]
    private let lookupsMade: Int
    private let lookupsFound: Int
    private let dialsMade: UInt64
    private let dialsFailed: UInt64
    private let duplicates: UInt64
    private let accepted: UInt64
    private let ignored: [String: UInt64]
    private let virtualMilliseconds: UInt64
    private let events: UInt64
    private let wallMilliseconds: UInt64
    private let eventsPerSecond: UInt64
    private let violationCount: Int
    private let violations: [String]
    private let trace: String

    init(_ report: MeshReport, wallTime: Duration) {
        seed = report.settings.seed
        nodes = report.settings.nodes
        loss = report.settings.network.loss.description
        completeMilliseconds = Self.keyed(report.completions.map { ($0.percent, $0.time?.sinceStart.milliseconds) })
        settledMilliseconds = report.settledAt?.sinceStart.milliseconds
        deliveryMilliseconds = Self.keyed(
            [50, 90, 99, 100].map { ($0, report.deliveries.value(atPercent: $0)?.milliseconds) })
        traffic = Dictionary(
            uniqueKeysWithValues: report.traffic.map {
                ($0.kind.name, Kind(messages: $0.count.messages, bytes: $0.count.bytes))
            })
        spreads = [
            "links": Spread(report.links), "table": Spread(report.tables), "messages": Spread(report.messagesPerNode),
            "bytes": Spread(report.bytesPerNode), "publications": Spread(report.publications),
            "lookupQueries": Spread(Quantiles(report.lookups.queries)),
            "lookupHops": Spread(Quantiles(report.lookups.hops)),
        ]
        (lookupsMade, lookupsFound) = (report.lookups.made, report.lookups.found)
        (dialsMade, dialsFailed) = report.dials
        (duplicates, accepted) = report.duplicates
        ignored = Dictionary(uniqueKeysWithValues: report.drops.map { ($0.reason, $0.count) })
        virtualMilliseconds = report.virtualTime.sinceStart.milliseconds
        events = report.events
        wallMilliseconds = wallTime.milliseconds
        eventsPerSecond = report.events.perSecond(in: wallTime)
        violationCount = report.violations.count
        violations = report.violations.first.map(\.description)
        trace = report.traceHash
    }

    private static func keyed(_ values: [(percent: Int, milliseconds: UInt64?)]) -> [String: UInt64?] {
        Dictionary(uniqueKeysWithValues: values.map { ("\($0.percent)", $0.milliseconds) })
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

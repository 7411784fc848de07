import Foundation
import Measuring

/// The rounds of one operation: nanoseconds per operation.
struct Measurement {
    let operation: Operation
    var ours: [Double] = []
    var theirs: [Double] = []
    var allocations: Allocations?

    init(operation: Operation) {
        self.operation = operation
    }

    /// How many times the reference's rate ours is.
    var ratio: Double? {
        theirs.isEmpty ? nil : theirs.median / ours.median
    }

    /// Quartiles of the ratios of single rounds.
    var ratioSpread: (low: Double, high: Double)? {
        guard !theirs.isEmpty else { return nil }
        let ratios = zip(ours, theirs).map { $1 / $0 }.sorted()
        return (ratios[ratios.count / 4], ratios[ratios.count * 3 / 4])
    }
}

/// What a run found.
struct ComparisonReport {
    let rounds: Int
    let sliceMilliseconds: Int
    let tokenBytes: Int
    var referenceVersion: String?
    var missingReference: String?
    var measurements: [Measurement] = []

    var text: String {
        var lines = [
            "token of \(tokenBytes) bytes, 6 rules, 3 checks, 6 policies, 4 facts per request; "
                + "medians of \(rounds) rounds of \(sliceMilliseconds) ms of processor time, sides alternating"
        ]
        if let referenceVersion { lines.append("reference: biscuit-python \(referenceVersion)") }
        if let missingReference { lines.append(missingReference) }
        lines += ["", table.text, ""]
        for measurement in measurements {
            let operation = measurement.operation
            lines.append("\(operation.title)\n  ours       \(operation.ours)\n  reference  \(operation.reference)")
        }
        let verdicts = measurements.compactMap(verdict)
        return (lines + (verdicts.isEmpty ? [] : [""]) + verdicts).joined(separator: "\n")
    }

    private var table: TextTable {
        var table = TextTable()
        table.add(
            "operation", "ours µs", "per second", "reference µs", "per second", "ratio", "quartiles", "allocs", "bytes")
        for measurement in measurements {
            let spread = measurement.ratioSpread.map { "\($0.low.text(2))–\($0.high.text(2))" }
            table.add(
                measurement.operation.title, (measurement.ours.median / 1_000).text(2), rate(measurement.ours),
                measurement.theirs.isEmpty ? "–" : (measurement.theirs.median / 1_000).text(2),
                rate(measurement.theirs),
                measurement.ratio?.text(2) ?? "–", spread ?? "–",
                measurement.allocations.map { "\($0.calls)" } ?? "–",
                measurement.allocations.map { "\($0.bytes)" } ?? "–")
        }
        return table
    }

    private func rate(_ times: [Double]) -> String {
        times.isEmpty ? "–" : (1e9 / times.median).text(0)
    }

    private func verdict(_ measurement: Measurement) -> String? {
        guard let bar = measurement.operation.bar, let ratio = measurement.ratio else { return nil }
        let verdict = ratio >= bar ? "reached" : "not reached"
        return "\(measurement.operation.title): \(ratio.text(2)) times the reference's rate; bar \(bar): \(verdict)"
    }
}

extension ComparisonReport {
    private struct Output: Encodable {
        var rounds: Int
        var sliceMilliseconds: Int
        var tokenBytes: Int
        var reference: String?
        var missingReference: String?
        var operations: [Row]
    }

    private struct Row: Encodable {
        var operation: Operation
        var ourNanoseconds: Double
        var referenceNanoseconds: Double?
        var ratio: Double?
        var bar: Double?
        var allocations: UInt64?
        var allocatedBytes: UInt64?
    }

    /// For machines; keys in snake case.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let rows = measurements.map { measurement in
            Row(
                operation: measurement.operation, ourNanoseconds: measurement.ours.median,
                referenceNanoseconds: measurement.theirs.isEmpty ? nil : measurement.theirs.median,
                ratio: measurement.ratio, bar: measurement.operation.bar,
                allocations: measurement.allocations?.calls, allocatedBytes: measurement.allocations?.bytes)
        }
        let output = Output(
            rounds: rounds, sliceMilliseconds: sliceMilliseconds, tokenBytes: tokenBytes,
            reference: referenceVersion.map { "biscuit-python \($0)" }, missingReference: missingReference,
            operations: rows)
        return String(decoding: try encoder.encode(output), as: UTF8.self)
    }
}

extension [Double] {
    /// The middle one, of an even number the upper of the two; 0 for none.
    var median: Double {
        isEmpty ? 0 : sorted()[count / 2]
    }
}

extension Double {
    /// With so many digits behind the point.
    func text(_ digits: Int) -> String {
        String(format: "%.\(digits)f", self)
    }
}

import ArgumentParser
import Biscuit
import Foundation
import Measuring

/// `biscuit-benchmark compare`: rates and allocations, beside the reference implementation in the same run.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Measure operations on tokens beside biscuit-python.",
        discussion: """
            Both sides work on the same token and policies, in rounds that alternate; medians of processor time per
            operation are compared. SAM_PYTHON names the interpreter that has biscuit-python (default: the one in
            .venv, else python3).
            """)

    @Option(help: "Rounds per operation.") var rounds = 15
    @Option(help: "Milliseconds of work per round and side.") var slice = 30
    @Option(help: "Operations to measure (default: all). Repeatable.") var operation: [Operation] = []
    @Flag(help: "Measure this implementation only.") var alone = false
    @Flag(help: "Print JSON.") var json = false

    /// How often the work is done to find out how long it takes.
    private static let calibrationCount = 50
    private static let allocationCount = 100

    func validate() throws {
        guard (1...10_000).contains(rounds) else { throw ValidationError("--rounds: from 1 to 10000 is expected") }
        guard (1...10_000).contains(slice) else { throw ValidationError("--slice: from 1 to 10000 is expected") }
    }

    func run() throws {
        let workload = try Workload()
        var report = ComparisonReport(rounds: rounds, sliceMilliseconds: slice, tokenBytes: workload.token.bytes.count)
        let reference = connect(workload, &report)
        for operation in operation.isEmpty ? Operation.allCases : operation {
            report.measurements.append(try measure(operation, workload, reference))
        }
        print(json ? try report.json() : report.text)
    }

    private func connect(_ workload: Workload, _ report: inout ComparisonReport) -> Reference? {
        guard !alone else { return nil }
        do {
            let reference = try Reference(interpreter: Reference.interpreter, workload)
            report.referenceVersion = reference.version
            return reference
        } catch {
            report.missingReference =
                "no comparison: \(Reference.interpreter): \(error); install biscuit-python==0.4.0 and name its "
                + "interpreter in SAM_PYTHON"
            return nil
        }
    }

    private func measure(
        _ operation: Operation, _ workload: Workload, _ reference: Reference?
    ) throws -> Measurement {
        guard try operation.perform(workload) else { throw UnexpectedOutcome(operation: operation) }
        let count = try count { try ours(operation, workload, $0) }
        let theirCount = try reference.map { reference in
            try self.count { try reference.measure(operation, count: $0) }
        }
        var measurement = Measurement(operation: operation)
        for round in 0..<rounds {
            // Whoever comes second finds the caches as the other left them; they take turns.
            if round.isMultiple(of: 2) {
                try measurement.ours.append(time(of: count) { try ours(operation, workload, $0) })
            }
            if let reference, let theirCount {
                try measurement.theirs.append(time(of: theirCount) { try reference.measure(operation, count: $0) })
            }
            if !round.isMultiple(of: 2) {
                try measurement.ours.append(time(of: count) { try ours(operation, workload, $0) })
            }
        }
        measurement.allocations = try Allocations.measure {
            for _ in 0..<Self.allocationCount { _ = try operation.perform(workload) }
        }.map {
            Allocations(calls: $0.calls / UInt64(Self.allocationCount), bytes: $0.bytes / UInt64(Self.allocationCount))
        }
        return measurement
    }

    /// How many operations fill a round.
    private func count(_ measure: (Int) throws -> UInt64) throws -> Int {
        _ = try measure(Self.calibrationCount)
        let time = try max(1, measure(Self.calibrationCount))
        return max(1, slice * 1_000_000 * Self.calibrationCount / Int(clamping: time))
    }

    /// Nanoseconds per operation.
    private func time(of count: Int, _ measure: (Int) throws -> UInt64) rethrows -> Double {
        Double(try measure(count)) / Double(count)
    }

    private func ours(_ operation: Operation, _ workload: Workload, _ count: Int) throws -> UInt64 {
        var expected = 0
        let time = try Stopwatch.measure {
            for _ in 0..<count where try operation.perform(workload) { expected += 1 }
        }
        guard expected == count else { throw UnexpectedOutcome(operation: operation) }
        return time
    }
}

/// An operation did something else than it is measured for.
struct UnexpectedOutcome: Error, CustomStringConvertible {
    let operation: Operation

    var description: String { "\(operation.title) had another outcome than expected" }
}

import Measuring

/// What became of an input.
enum FuzzOutcome: Int, CaseIterable {
    /// Not even parsed.
    case refused
    /// Parsed; the evaluation ended with an error.
    case failed
    /// Parsed; the evaluation reached a limit.
    case limited
    /// Evaluated; the answer is no.
    case denied
    case allowed

    var title: String { "\(self)" }
}

/// What a run of fuzzing saw.
struct FuzzTally {
    private var counts: [FuzzTarget: [Int]] = [:]
    private var total = 0
    private(set) var violations: [String] = []
    private(set) var violationCount = 0
    private var slowest: (nanoseconds: UInt64, round: UInt64) = (0, 0)
    private var largest: (bytes: UInt64, round: UInt64) = (0, 0)
    private var mostFacts = 0
    private var mostIterations = 0
    var residentGrowth: Int?

    private static let listedViolations = 20

    mutating func count(
        _ target: FuzzTarget, _ outcome: FuzzOutcome, round: UInt64, nanoseconds: UInt64, allocations: Allocations?
    ) {
        counts[target, default: FuzzOutcome.allCases.map { _ in 0 }][outcome.rawValue] += 1
        total += 1
        if nanoseconds > slowest.nanoseconds { slowest = (nanoseconds, round) }
        if let allocations, allocations.bytes > largest.bytes { largest = (allocations.bytes, round) }
    }

    mutating func saw(facts: Int, iterations: Int) {
        mostFacts = max(mostFacts, facts)
        mostIterations = max(mostIterations, iterations)
    }

    mutating func violate(_ text: String) {
        violationCount += 1
        if violations.count < Self.listedViolations { violations.append(text) }
    }

    func text(seconds: Double) -> String {
        var table = TextTable()
        table.add(["target", "inputs"] + FuzzOutcome.allCases.map(\.title))
        for target in FuzzTarget.allCases {
            let row = counts[target] ?? []
            table.add([target.rawValue, "\(row.reduce(0, +))"] + row.map(String.init))
        }
        let growth = residentGrowth.map { ", resident memory grew by \($0 / 1_024) KiB after the first rounds" } ?? ""
        return """
            \(table.text)
            \(total) inputs in \(seconds.text(0)) s: \((Double(total) / seconds).text(0)) per second
            slowest input \((Double(slowest.nanoseconds) / 1e6).text(1)) ms (round \(slowest.round)), \
            most allocated for one \(largest.bytes / 1_024) KiB (round \(largest.round))\(growth)
            most facts \(mostFacts), most iterations \(mostIterations)
            \(violationCount) violations\(violations.map { "\n  \($0)" }.joined())
            """
    }
}

import Fuzzing
import Measuring

/// What a run of one decoder saw.
struct RunTally {
    /// Processor time of one input. A conversation takes some milliseconds, everything else microseconds; what takes
    /// longer than this could stop a node.
    private static let mostNanoseconds: UInt64 = 1_000_000_000
    /// Bytes that are allocated in the course of one input, all of which are freed again.
    private static let mostAllocated: UInt64 = 512 << 20
    /// Bytes by which the process may grow after the first rounds of a decoder.
    private static let mostGrowth = 64 << 20
    /// Rounds after which memory should have settled.
    private static let warmUp = 4_096
    /// Higher: a decoder whose errors quote its input fills memory. Lower: rare outcomes are not counted.
    private static let mostOutcomes = 10_000
    private static let listed = 20
    /// Characters of a broken rule that are shown; the round makes the whole input again.
    private static let longest = 600

    var seconds = 0.0
    private var inputs = 0
    private var accepted = 0
    private var outcomes: Set<FuzzOutcome> = []
    private var slowest: (nanoseconds: UInt64, round: UInt64) = (0, 0)
    private var largest: (bytes: UInt64, round: UInt64) = (0, 0)
    private var resident: Int?
    private(set) var broken: [String] = []
    private var brokenCount = 0

    static let columns = [
        "decoder", "inputs", "per second", "accepted %", "outcomes", "slowest ms", "round", "largest KiB", "round",
        "broken",
    ]

    mutating func count(_ outcome: FuzzOutcome, round: UInt64, nanoseconds: UInt64, allocations: Allocations?) {
        inputs += 1
        switch outcome {
        case .accepted: accepted += 1
        case .refused: break
        case .broken(let text): violate(text, round)
        }
        if outcomes.count < Self.mostOutcomes { outcomes.insert(outcome) }
        if nanoseconds > slowest.nanoseconds { slowest = (nanoseconds, round) }
        if nanoseconds > Self.mostNanoseconds { violate("took \(nanoseconds / 1_000_000) ms", round) }
        guard let allocations else { return }
        if allocations.bytes > largest.bytes { largest = (allocations.bytes, round) }
        if allocations.bytes > Self.mostAllocated { violate("allocated \(allocations.bytes) bytes", round) }
    }

    mutating func checkMemory(_ round: UInt64) {
        guard inputs >= Self.warmUp, let now = ResidentMemory.bytes() else { return }
        guard let start = resident else { return resident = now }
        guard now - start > Self.mostGrowth else { return }
        violate("the process grew by \(now - start) bytes", round)
        resident = now
    }

    private mutating func violate(_ text: String, _ round: UInt64) {
        brokenCount += 1
        if broken.count < Self.listed { broken.append("round \(round): \(text.prefix(Self.longest))") }
    }

    func row(_ name: String) -> [String] {
        let share = Double(accepted) * 100 / Double(max(inputs, 1))
        return [
            name, "\(inputs)", "\(Int(Double(inputs) / max(seconds, 0.001)))", "\(Int(share.rounded()))",
            "\(outcomes.count)", "\(Double(slowest.nanoseconds / 10_000) / 100)", "\(slowest.round)",
            "\(largest.bytes / 1_024)", "\(largest.round)", "\(brokenCount)",
        ]
    }
}

import ArgumentParser

/// From which seeds everything random follows.
struct SeedArguments: ParsableArguments {
    /// More would not fit on a page, and take a day.
    private static let mostSeeds: UInt64 = 10_000

    @Option(help: "Everything that is random follows from it. Drawn and printed when it is left out.")
    var seed: UInt64?
    @Option(help: "Several seeds, such as 1-20.", transform: SeedArguments.range)
    var seeds: ClosedRange<UInt64>?

    func validate() throws {
        guard seed == nil || seeds == nil else {
            throw ValidationError("found --seed and --seeds; expected one of them")
        }
    }

    /// In order.
    func draw() -> [UInt64] {
        if let seeds { return Array(seeds) }
        return [seed ?? UInt64.random(in: 0 ... .max)]
    }

    private static func range(_ text: String) throws -> ClosedRange<UInt64> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
        guard (1...2).contains(parts.count), let first = parts[0], let last = parts[parts.count - 1], first <= last,
            last - first < mostSeeds
        else { throw ValidationError("'\(text)' is no range of seeds; expected such as 1-20, at most \(mostSeeds)") }
        return first...last
    }
}

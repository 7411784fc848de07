import Overlay

/// Makes a failing plan smaller for as long as it fails: delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating
/// Failure-Inducing Input", IEEE TSE 2002) over lists, bisection over numbers, defaults for everything else. Each candidate is
/// a fresh run; since draws are keyed, what is left meets the same fate as before.
public struct Shrinker {
    /// A candidate that still failed.
    public struct Step: Hashable, Sendable {
        /// What was made smaller, and to what.
        public let change: String
        /// How many runs had been made until then.
        public let runs: Int
    }

    public struct Outcome: Hashable, Sendable {
        /// The smallest plan that failed.
        public var plan: Plan
        public var steps: [Step]
        public var runs: Int
        /// Nothing could be taken away any more; false when the runs were used up first.
        public var isMinimal: Bool
    }

    /// Whether a plan fails, with the property that is looked for, and when.
    public typealias Attempt = (Plan) -> VirtualTime?

    private let attempt: Attempt
    private let budget: Int
    private var runs = 0
    private var steps: [Step] = []
    /// Candidates that were run, so that none is run again.
    private var tried: Set<Plan> = []
    private(set) var best: Plan
    /// When the best plan fails.
    private(set) var failedAt: VirtualTime

    /// - Parameters:
    ///   - plan: fails at `time`.
    ///   - budget: runs at most.
    public init(_ plan: Plan, failingAt time: VirtualTime, budget: Int, attempt: @escaping Attempt) {
        best = plan
        failedAt = time
        self.budget = budget
        self.attempt = attempt
        tried = [plan]
    }

    /// Takes away whatever can be taken away.
    public mutating func shrink() -> Outcome {
        var last: Plan
        repeat {
            last = best
            reduceHorizon()
            reduceNodes()
            reduceLists()
            simplify()
            reducePopulation()
            reduceWorkloads()
            reduceFaults()
        } while best != last && runs < budget
        return Outcome(plan: best, steps: steps, runs: runs, isMinimal: runs < budget)
    }

    /// Runs a candidate, and keeps it if it fails.
    mutating func accepts(_ candidate: Plan, _ change: String) -> Bool {
        guard runs < budget, tried.insert(candidate).inserted else { return false }
        runs += 1
        guard let time = attempt(candidate) else { return false }
        best = candidate
        failedAt = time
        steps.append(Step(change: change, runs: runs))
        return true
    }

    // MARK: Tools

    /// A list somewhere in a plan.
    struct Place<Element> {
        let name: String
        let get: (Plan) -> [Element]
        let set: (inout Plan, [Element]) -> Void
    }

    /// Takes away all, then halves, quarters and so on, at last single elements.
    mutating func reduce<Element>(_ place: Place<Element>) {
        var size = place.get(best).count
        while size >= 1 {
            var start = 0
            while start < place.get(best).count {
                var rest = place.get(best)
                let before = rest.count
                rest.removeSubrange(start..<min(start + size, rest.count))
                var candidate = best
                place.set(&candidate, rest)
                if !accepts(candidate, "\(place.name): \(before) to \(rest.count)") { start += size }
            }
            size /= 2
        }
    }

    /// Finds a small number that still fails between `least` and the current one, first `least` itself; the smallest, if
    /// whatever is larger than a number that fails does so too.
    mutating func reduce(
        _ name: String, from current: UInt64, to least: UInt64, _ set: (inout Plan, UInt64) -> Void
    ) {
        guard current > least else { return }
        var (failing, passing) = (current, least)
        var candidate = best
        set(&candidate, least)
        if candidate == best || accepts(candidate, "\(name): \(current) to \(least)") { return }
        while failing - passing > 1 {
            let middle = passing + (failing - passing) / 2
            candidate = best
            set(&candidate, middle)
            if accepts(candidate, "\(name): \(failing) to \(middle)") { failing = middle } else { passing = middle }
        }
    }
}

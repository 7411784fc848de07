import Simulator

/// What a swarm says of a failure, after it was made smaller.
enum SwarmReport {
    /// - Parameter budget: runs for making it smaller; none is none.
    static func show(
        _ fingerprint: Fingerprint, failing failure: SwarmVerdict.Failure, shrinking budget: Int, with pool: SwarmPool
    ) throws {
        var smallest = fingerprint
        if budget > 0 {
            let outcome = shrink(fingerprint.plan, failing: failure, budget: budget, with: pool)
            for step in outcome.steps { Console.note("  run \(step.runs): \(step.change)") }
            let end = outcome.isMinimal ? "nothing more can be taken away" : "the budget is used up"
            Console.result("made smaller in \(outcome.runs) runs, \(outcome.steps.count) steps; \(end)")
            if !outcome.steps.isEmpty { smallest = .plan(outcome.plan) }
        }
        Console.result("the plan:")
        for line in PlanWords(smallest.plan).lines { Console.result("  \(line)") }
        Console.result("\(failure.property) fails; to replay:\nsimulate replay \(smallest)")
    }

    /// Every candidate goes to a worker, so that one that traps ends nothing else.
    private static func shrink(
        _ plan: Plan, failing failure: SwarmVerdict.Failure, budget: Int, with pool: SwarmPool
    ) -> Shrinker.Outcome {
        let crashes = [SwarmVerdict.Failure.crash, SwarmVerdict.Failure.hang]
        let property = crashes.contains(failure.property) ? nil : failure.property
        var shrinker = Shrinker(plan, failingAt: failure.time, budget: budget) { candidate in
            guard let found = try? verdict(on: .plan(candidate), looking: property, with: pool).failure,
                found.property == failure.property
            else { return nil }
            return found.time
        }
        return shrinker.shrink()
    }

    private static func verdict(
        on fingerprint: Fingerprint, looking property: String?, with pool: SwarmPool
    ) throws -> SwarmVerdict {
        try pool.begin(fingerprint, looking: property)
        while true {
            if let done = try pool.take().first { return try done.result.get() }
        }
    }
}

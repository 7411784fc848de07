import Overlay

/// One run of a swarm: by the node that ships, until something is wrong or all is over.
public enum SwarmRun {
    /// How much virtual time passes between two looks at what went wrong.
    private static let slice = TimeSpan.milliseconds(500)

    /// - Parameters:
    ///   - property: the only violations that count, by name; nil when all do.
    ///   - tampering: a defect that every node has.
    /// - Throws: ``WorldError`` for a plan that makes no world.
    package static func verdict(
        on plan: Plan, looking property: String? = nil, tampering: Tampering?
    ) throws(WorldError) -> SwarmVerdict {
        var run = try Run(plan, tampering: tampering)
        while !run.isDone {
            run.advance(by: slice)
            if let failure = first(property, in: run.world.violations) {
                return SwarmVerdict(failure: failure, digest: run.world.traceHash, events: run.world.eventCount)
            }
        }
        let outcome = run.finish()
        return SwarmVerdict(
            failure: first(property, in: outcome.violations), digest: outcome.digest, events: outcome.events)
    }

    /// As ``verdict(on:looking:tampering:)`` on nodes as they are.
    public static func verdict(on plan: Plan, looking property: String? = nil) throws(WorldError) -> SwarmVerdict {
        try verdict(on: plan, looking: property, tampering: nil)
    }

    /// The first violation that counts. When so many came before that it was not kept, the run counts as passed.
    private static func first(_ property: String?, in violations: Violations) -> SwarmVerdict.Failure? {
        violations.first.first { property == nil || $0.property.rawValue == property }.map(SwarmVerdict.Failure.init)
    }

    /// Makes a failing plan smaller.
    /// - Parameter budget: runs at most.
    package static func shrink(
        _ plan: Plan, failing failure: SwarmVerdict.Failure, budget: Int, tampering: Tampering?
    ) -> Shrinker.Outcome {
        var shrinker = Shrinker(plan, failingAt: failure.time, budget: budget) { candidate in
            try? verdict(on: candidate, looking: failure.property, tampering: tampering).failure?.time
        }
        return shrinker.shrink()
    }
}

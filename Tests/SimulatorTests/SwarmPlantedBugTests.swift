import Overlay
import Testing

@testable import Simulator

/// A swarm finds what is planted, and makes it small.
@Suite struct SwarmPlantedBugTests {
    private struct Expectation {
        let bug: PlantedBug
        let focus: SwarmFocus
        let properties: Set<Violation.Property>
    }

    private static let expectations: [PlantedBug: Expectation] = Dictionary(
        uniqueKeysWithValues: [
            Expectation(bug: .takesOlderEntries, focus: .catalog, properties: [.rolledBack]),
            Expectation(bug: .stopsComparing, focus: .catalog, properties: [.notConverged]),
            Expectation(
                bug: .missesEndOfLinks, focus: .links,
                properties: [.oneSidedLink, .partsDisagree, .notConverged, .requestLost]),
        ].map { ($0.bug, $0) })
    /// Tests are not optimised: small worlds, a short time.
    private static let mostNodes = 8
    private static let longest = TimeSpan.seconds(16)
    private static let seeds: Range<UInt64> = 0..<100
    private static let budget = 40

    private static func plans(_ focus: SwarmFocus) -> some Sequence<Plan> {
        seeds.lazy.map { seed in
            var plan = PlanDraw(seed: seed, focus: focus).plan.cut(at: longest)
            // Longer than nodes wait between two comparisons of catalogs, by which a healthy mesh heals.
            plan.settleLimit = .seconds(60)
            plan.knobs.removeAll { $0.name == .reconciliationInterval }
            return plan
        }.filter { $0.nodes <= mostNodes }
    }

    @Test(arguments: [PlantedBug.takesOlderEntries, .stopsComparing, .missesEndOfLinks])
    func isFoundAndMadeSmall(_ bug: PlantedBug) throws {
        let expected = try #require(Self.expectations[bug])
        let tampering = Tampering(bug)
        for plan in Self.plans(expected.focus) {
            let verdict = try SwarmRun.verdict(on: plan, tampering: tampering)
            guard let failure = verdict.failure else { continue }
            // A world in which the node fails without the defect shows nothing of it.
            guard try SwarmRun.verdict(on: plan, tampering: nil).failure == nil else { continue }
            #expect(expected.properties.map(\.rawValue).contains(failure.property), "\(failure.text)")
            let outcome = SwarmRun.shrink(plan, failing: failure, budget: Self.budget, tampering: tampering)
            #expect(outcome.plan.present.count < 20 && outcome.plan.faults.count <= 10)
            let again = try SwarmRun.verdict(on: outcome.plan, looking: failure.property, tampering: tampering)
            #expect(again.failure?.property == failure.property)
            let healthy = try SwarmRun.verdict(on: outcome.plan, looking: failure.property, tampering: nil)
            #expect(healthy.failure == nil, "the same without the defect: \(healthy.failure?.text ?? "")")
            return
        }
        Issue.record("\(bug.rawValue) was not found")
    }
}

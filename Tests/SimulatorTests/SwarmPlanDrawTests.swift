import Overlay
import Testing

@testable import Simulator

@Suite struct SwarmPlanDrawTests {
    private static let plans = (0..<2_000).map { PlanDraw(seed: $0).plan }

    /// A seed that draws another plan needs another version, or else old fingerprints replay something else.
    @Test func seedsKeepTheirPlans() {
        var digest = Digest64()
        for plan in Self.plans.prefix(100) {
            for byte in PlanText.encode(plan).utf8 { digest.absorb(UInt64(byte)) }
        }
        #expect(PlanDraw.version == 3)
        #expect(digest.state == 3_631_220_715_791_814_240)
    }

    @Test func plansMakeSense() {
        for plan in Self.plans {
            #expect((4...256).contains(plan.nodes) && (1...plan.nodes).contains(plan.bootstraps))
            #expect((1...plan.nodes).contains(plan.publishers))
            #expect((.seconds(10) ... .seconds(60)).contains(plan.duration))
            for knob in plan.knobs { #expect(knob.name.range.contains(knob.value)) }
            for workload in plan.workloads {
                #expect(workload.start < workload.end && workload.end <= plan.duration && workload.count > 0)
            }
            for fault in plan.faults {
                #expect(fault.start < plan.duration && fault.start < (fault.end ?? .seconds(99)))
                #expect((fault.end ?? .zero) <= plan.duration)
                if case .list(let nodes) = fault.nodes {
                    #expect(!nodes.isEmpty && nodes.allSatisfy(plan.present.contains))
                }
            }
        }
    }

    @Test func mostWorldsAreSmallAndSomeAreNot() {
        let small = Self.plans.count { $0.nodes < 20 }
        let large = Self.plans.count { $0.nodes > 64 }
        #expect(small * 2 > Self.plans.count && large > 10 && large * 20 < Self.plans.count)
    }

    /// Whatever there is, some plans have it and some have not.
    @Test func everythingOccursAndNothingAlways() {
        func occurs(_ name: String, _ has: (Plan) -> Bool) {
            let count = Self.plans.count(where: has)
            #expect(count > 0 && count < Self.plans.count, "\(name): \(count) of \(Self.plans.count)")
        }
        for name in Knob.Name.allCases { occurs(name.rawValue) { $0.knobs.contains { $0.name == name } } }
        for number in 0..<16 {
            occurs("fault \(number)") { $0.faults.contains { Self.number(of: $0.kind) == number } }
        }
        occurs("churn") { $0.churn != nil }
        occurs("no fault") { $0.faults.isEmpty }
        occurs("loss") { $0.loss != .never }
        occurs("bursts") { $0.burstLoss != nil }
        occurs("bandwidth") { $0.bandwidth != nil }
        occurs("translators") { !$0.translators.isEmpty }
        occurs("updates") { $0.workloads.contains { $0.kind == .update } }
        occurs("lookups") { $0.workloads.contains { $0.kind == .lookup } }
    }

    @Test func aFocusDrawsMoreOfWhatItIsAbout() {
        func requests(_ focus: SwarmFocus) -> Int {
            (0..<200).count { seed in
                PlanDraw(seed: seed, focus: focus).plan.workloads.contains { workload in
                    if case .request = workload.kind { true } else { false }
                }
            }
        }
        #expect(requests(.links) == 200 && requests(.catalog) < 150)
    }

    /// The number of a fault's kind in the text of plans, right behind start, end and nodes.
    private static func number(of kind: PlannedFault.Kind) -> Int {
        var writer = PlanWriter()
        writer.fault(PlannedFault(kind, of: .all, from: .zero))
        return Int(writer.bytes[4])
    }
}

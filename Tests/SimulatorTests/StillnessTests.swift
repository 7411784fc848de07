import Overlay
import Testing

@testable import Simulator

/// Who stood still when somebody judged it.
struct StillnessTests {
    @Test func aStallCountsForAsLongAsAVerdictRestsOnIt() throws {
        var plan = Plan(seed: 1, nodes: 10, duration: .minutes(1))
        plan.faults = [
            PlannedFault(.stall, of: .list([NodeIndex(3)]), from: .seconds(20), until: .seconds(40)),
            PlannedFault(.loss(Ratio(1, 2)), of: .list([NodeIndex(4)]), from: .seconds(20), until: .seconds(40)),
            PlannedFault(.stall, of: .list([NodeIndex(5)]), from: .seconds(50)),
        ]
        let stillness = Stillness(faults: plan.faults, population: Population(plan))
        func concerned(_ node: Int, _ seconds: UInt64) -> Bool {
            stillness.concerned(NodeIndex(node), at: .zero + .seconds(seconds))
        }
        #expect(!concerned(3, 19) && concerned(3, 20) && concerned(3, 40) && concerned(3, 43) && !concerned(3, 44))
        #expect(!concerned(4, 30), "who loses half of all packets is there")
        #expect(!concerned(5, 49) && concerned(5, 1_000), "this one never ends")
    }
}

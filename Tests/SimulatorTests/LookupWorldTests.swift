import Overlay
import Testing

@testable import Simulator

@Suite struct LookupWorldTests {
    private func figures(_ plan: LookupPlan, _ contender: LookupContender, searches: UInt64) -> LookupFigures {
        var world = LookupWorld(plan)
        var figures = LookupFigures()
        for number in 0..<searches { figures.note(world.search(number, as: contender)) }
        return figures
    }

    /// Where nobody is dead and nothing is lost, both find all that is to be found.
    @Test(arguments: LookupContender.allCases) func calmNetworksAreSearchedExactly(contender: LookupContender) {
        var plan = LookupPlan(seed: 5, nodes: 600)
        plan.dead = Ratio(0, 1)
        plan.loss = Ratio(0, 1)
        let figures = figures(plan, contender, searches: 6)
        #expect(figures.searches == 6 && figures.endless == 0 && figures.exact == 6)
        #expect(figures.found.count == 6)
        #expect(figures.over.greatest >= figures.found.greatest)
    }

    /// A fifth of all dead, and datagrams lost.
    @Test func theDeadCostTimeOnly() {
        let figures = figures(LookupPlan(seed: 6, nodes: 600), .samnode, searches: 8)
        #expect(figures.endless == 0)
        #expect(figures.exact >= 7, "\(figures.exact) of 8")
        #expect(figures.found.count == 8)
    }

    @Test func aSearchIsTheSameHoweverManyCameBefore() {
        var world = LookupWorld(LookupPlan(seed: 7, nodes: 300))
        let first = world.search(3, as: .samnode)
        _ = world.search(1, as: .plainKademlia)
        #expect(first != nil && world.search(3, as: .samnode) == first)
    }

    @Test func theNearestAreFoundByHalving() {
        let plan = LookupPlan(seed: 8, nodes: 500)
        let space = KeySpace(plan, draws: Draws(seed: plan.seed))
        for number in 0..<40 as Range<UInt64> {
            let target = NodeKey(hashing: Draws(seed: 9).bytes(32, .sample, of: number))
            let expected = space.nodes.filter { $0.runs && $0.key != space.nodes[7].key }.map(\.key)
                .sorted { $0.distance(to: target) < $1.distance(to: target) }.prefix(20)
            #expect(space.nearest(20, to: target, except: 7) == Array(expected))
        }
    }
}

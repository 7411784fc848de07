import Overlay
import Testing

@testable import Simulator

@Suite struct ConditionsTests {
    private let population: Population

    init() {
        var plan = Plan(seed: 5, nodes: 10, duration: .seconds(10))
        plan.bootstraps = 2
        population = Population(plan, regions: [0, 0, 0, 0, 0, 1, 1, 1, 1, 2])
    }

    private func list(_ numbers: Int...) -> NodeSelection { .list(numbers.map(NodeIndex.init)) }

    private func fault(_ kind: PlannedFault.Kind, _ nodes: NodeSelection) -> PlannedFault {
        PlannedFault(kind, of: nodes, from: .zero)
    }

    private func conditions(_ faults: (PlannedFault.Kind, NodeSelection)...) -> Conditions {
        var conditions = Conditions(population)
        for (number, (kind, nodes)) in faults.enumerated() { _ = conditions.begin(fault(kind, nodes), number: number) }
        return conditions
    }

    /// The pairs of the first four nodes through which nothing passes, as `from to`.
    private func blocked(_ conditions: Conditions) -> [String] {
        (0..<4).flatMap { from in
            (0..<4).compactMap { to in
                from == to || conditions.passes(from: NodeIndex(from), to: NodeIndex(to)) ? nil : "\(from)\(to)"
            }
        }
    }

    private func numbers(_ turn: Conditions.Turn?) -> [UInt32] { turn?.nodes.map(\.number) ?? [] }

    @Test func selections() {
        func members(_ selection: NodeSelection) -> [UInt32] { population.members(of: selection).map(\.number) }
        #expect(members(.all) == Array(0..<10))
        #expect(members(.bootstraps) == [0, 1])
        #expect(members(list(7, 3, 99)) == [3, 7])
        #expect(members(.range(first: NodeIndex(8), count: 9)) == [8, 9])
        #expect(members(.region(1)) == [5, 6, 7, 8])
        #expect(members(.except(.except(list(4)))) == [4])
        #expect(members(.share(Ratio(0, 1), salt: 1)) == [] && members(.share(Ratio(1, 1), salt: 1)).count == 10)
    }

    @Test func sharesAreDecidedNodeByNode() {
        var plan = Plan(seed: 5, nodes: 4_000, duration: .seconds(10))
        let half = NodeSelection.share(Ratio(1, 2), salt: 1)
        let many = Array(Population(plan).members(of: half))
        #expect((1_850...2_150).contains(many.count))
        plan.nodes = 100
        plan.absent = [NodeIndex(7)]
        #expect(Array(Population(plan).members(of: half)) == many.filter { $0.number < 100 })
        #expect(Array(Population(plan).members(of: .share(Ratio(1, 2), salt: 2))) != many.filter { $0.number < 100 })
    }

    @Test func publishersAreSpreadEvenly() {
        var plan = Plan(seed: 5, nodes: 10, duration: .seconds(10))
        for publishers in 0...10 {
            plan.publishers = publishers
            let population = Population(plan)
            #expect((0..<10).count { population.isPublisher(NodeIndex($0)) } == publishers)
        }
        plan.publishers = 2
        let two = Population(plan)
        #expect((0..<10).filter { two.isPublisher(NodeIndex($0)) } == [0, 5])
    }

    @Test func severances() {
        #expect(blocked(conditions()) == [])
        #expect(blocked(conditions((.partition, list(0, 1)))) == ["02", "03", "12", "13", "20", "21", "30", "31"])
        #expect(blocked(conditions((.deafness, list(2)))) == ["02", "12", "32"])
        #expect(blocked(conditions((.cut(from: list(1, 2)), list(0)))) == ["01", "02", "10", "20"])
        #expect(blocked(conditions((.oneWayCut(to: list(1)), list(0)))) == ["01"])
        // Two one-way cuts make a whole one.
        let both = conditions((.oneWayCut(to: list(1)), list(0)), (.oneWayCut(to: list(0)), list(1)))
        #expect(blocked(both) == ["01", "10"])
        #expect(both.separates(NodeIndex(0), NodeIndex(1)) && !both.separates(NodeIndex(0), NodeIndex(2)))
    }

    @Test func overlappingFaultsEndByThemselves() {
        var conditions = conditions((.partition, list(0)), (.partition, list(0, 1)))
        #expect(numbers(conditions.end(number: 0)) == [0])
        #expect(blocked(conditions) == ["02", "03", "12", "13", "20", "21", "30", "31"])
        #expect(numbers(conditions.end(number: 0)) == [])
        #expect(numbers(conditions.end(number: 1)) == [0, 1])
        #expect(blocked(conditions) == [])
        #expect(!conditions.concernsAnybody(.severance))
    }

    @Test func whoIsDown() {
        var conditions = conditions((.stall, list(5)))
        #expect(numbers(conditions.begin(fault(.crash(.kept), list(1, 2)), number: 7)) == [1, 2])
        // Node 2 is down already, and stays down when only one of the two faults ends.
        #expect(numbers(conditions.begin(fault(.departure, list(2, 3)), number: 8)) == [3])
        #expect((0..<10).filter { conditions.isDown(NodeIndex($0)) } == [1, 2, 3])
        #expect(numbers(conditions.end(number: 7)) == [1])
        #expect((0..<10).filter { conditions.isDown(NodeIndex($0)) } == [2, 3])
        #expect(conditions.isStalled(NodeIndex(5)) && !conditions.isStalled(NodeIndex(2)))
        #expect(numbers(conditions.end(number: 8)) == [2, 3])
    }

    @Test func chancesCompose() {
        let (zero, one, two) = (NodeIndex(0), NodeIndex(1), NodeIndex(2))
        let conditions = conditions((.loss(Ratio(1, 2)), list(0)), (.loss(Ratio(1, 2)), list(0, 1)))
        #expect(conditions.extraLoss(from: zero, to: two) == Ratio(3 << 30, 1 << 32))
        #expect(conditions.extraLoss(from: two, to: one) == Ratio(1, 2))
        #expect(conditions.extraLoss(from: two, to: NodeIndex(3)) == .never)
        #expect(conditions.duplication(from: zero, to: one) == .never)
        #expect(Ratio(1, 1).either(Ratio(1, 3)) == Ratio(1 << 32, 1 << 32))
        // Chances too small for the steps are not taken for certainty.
        #expect(Ratio(1, .max).either(Ratio(1, .max)).numerator == 0)
    }

    @Test func spansAndClocksAdd() {
        let (zero, one) = (NodeIndex(0), NodeIndex(1))
        let conditions = conditions(
            (.delay(.seconds(1)), list(0)), (.delay(.seconds(2)), list(0, 1)), (.slowness(.milliseconds(3)), .all),
            (.slowness(.milliseconds(4)), list(1)), (.clockStep(-5), list(0)), (.clockStep(.min), list(0)),
            (.clockDrift(200), list(1)), (.reordering(Ratio(1, 9)), list(1)))
        #expect(conditions.extraDelay(from: zero, to: one) == .seconds(3))
        #expect(conditions.extraDelay(from: one, to: NodeIndex(2)) == .seconds(2))
        #expect(conditions.slowness(one) == .milliseconds(7) && conditions.slowness(zero) == .milliseconds(3))
        #expect(conditions.clockOffset(zero) == .min && conditions.clockOffset(one) == 0)
        #expect(conditions.clockDrift(zero) == 0 && conditions.clockDrift(one) == 200)
        #expect(conditions.reordering(from: one, to: zero) == Ratio(1, 9))
    }

    @Test func onlyMaliceOutlastsThePlan() {
        var conditions = conditions(
            (.malice(.blackHole), list(4, 5)), (.malice(.misrouting), list(5, 6)), (.stall, .all),
            (.partition, list(0)), (.crash(.lost), list(1)))
        #expect(conditions.behaviour(NodeIndex(5)) == .blackHole && conditions.behaviour(NodeIndex(3)) == nil)
        #expect(conditions.malice(NodeIndex(6))?.accomplices.map(\.number) == [5, 6])
        #expect(conditions.endAllButMalice().map(\.number) == [2, 3, 4])
        #expect(conditions.behaviour(NodeIndex(5)) == .blackHole && !conditions.isStalled(NodeIndex(5)))
        #expect(blocked(conditions) == [] && !conditions.isDown(NodeIndex(1)))
        _ = conditions.end(number: 0)
        #expect(conditions.behaviour(NodeIndex(5)) == .misrouting && !conditions.isMalicious(NodeIndex(4)))
    }

    @Test func resetsLeaveNothingBehind() {
        var conditions = conditions()
        #expect(numbers(conditions.begin(fault(.reset, list(2, 3)), number: 0)) == [2, 3])
        #expect(numbers(conditions.end(number: 0)) == [] && conditions.nodes(ofFault: 0) == nil)
    }
}

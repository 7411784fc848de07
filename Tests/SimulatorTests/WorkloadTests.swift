import Overlay
import Testing

@testable import Simulator

@Suite struct WorkloadTests {
    private func plan(_ workloads: Workload...) -> Plan {
        var plan = Plan(seed: 9, nodes: 20, duration: .seconds(60))
        plan.publishers = 5
        plan.workloads = workloads
        return plan
    }

    private func operations(_ plan: Plan) -> [Operation] {
        var schedule = WorkloadSchedule(plan, population: Population(plan))
        var operations: [Operation] = []
        while let operation = schedule.next() { operations.append(operation) }
        return operations
    }

    private let lookups = Workload(.lookup, 10, per: .seconds(1), from: .seconds(2), until: .seconds(12))
    private let updates = Workload(.update, 1, per: .seconds(3), from: .zero, until: .seconds(30))

    @Test func asManyAsTheRateSays() {
        let found = operations(plan(lookups))
        #expect(found.count == 100)
        for (turn, operation) in found.enumerated() {
            let slot = TimeSpan.seconds(2) + .milliseconds(UInt64(turn) * 100)
            #expect(operation.time >= .zero + slot && operation.time < .zero + slot + .milliseconds(100))
            #expect(operation.turn == UInt64(turn) && operation.kind == .lookup)
        }
        #expect(Set(found.map(\.node)).count > 15)
    }

    @Test func publishersUpdateAndAnswer() {
        let plan = plan(updates, Workload(.request(bytes: 10), 1, per: .seconds(1), from: .zero, until: .seconds(30)))
        let population = Population(plan)
        var schedule = WorkloadSchedule(plan, population: population)
        var hosts: Set<NodeIndex> = []
        while let operation = schedule.next() {
            if operation.kind == .update { #expect(population.isPublisher(operation.node)) }
            for attempt in 0..<4 {
                guard let partner = schedule.partner(of: operation, attempt: UInt64(attempt)) else { continue }
                #expect(operation.kind != .update && partner != operation.node && population.isPublisher(partner))
                hosts.insert(partner)
            }
        }
        #expect(hosts.count == 5)
    }

    @Test func nothingMovesTheOthers() {
        let together = operations(plan(updates, lookups))
        #expect(together.map(\.time) == together.map(\.time).sorted())
        func stripped(_ operations: [Operation], _ kind: Workload.Kind) -> [[UInt64]] {
            operations.filter { $0.kind == kind }.map { [$0.time.nanoseconds, UInt64($0.node.number), $0.turn] }
        }
        #expect(stripped(together, .lookup) == stripped(operations(plan(lookups)), .lookup))
        #expect(stripped(together, .update) == stripped(operations(plan(lookups, updates)), .update))

        var smaller = plan(updates, lookups)
        smaller.absent = [NodeIndex(3), NodeIndex(4)]
        smaller.faults = [PlannedFault(.stall, of: .all, from: .zero)]
        #expect(operations(smaller) == together.filter { !smaller.absent.contains($0.node) })

        var shorter = lookups
        shorter.end = .seconds(7)
        #expect(operations(plan(shorter)) == Array(operations(plan(lookups)).prefix(50)))
    }

    @Test func twinsGoTheirOwnWays() {
        let twice = operations(plan(lookups, lookups))
        #expect(twice.count == 200)
        #expect(twice.filter { $0.workload == 0 }.map(\.time) != twice.filter { $0.workload == 1 }.map(\.time))
    }

    @Test func partnersDoNotDependOnWhoIsThere() {
        let all = plan(lookups)
        var fewer = all
        fewer.absent = [NodeIndex(1)]
        let one = WorkloadSchedule(all, population: Population(all))
        let other = WorkloadSchedule(fewer, population: Population(fewer))
        for operation in operations(fewer) {
            for attempt in 0..<5 as Range<UInt64> {
                let partner = one.partner(of: operation, attempt: attempt)
                #expect(other.partner(of: operation, attempt: attempt) == (partner == NodeIndex(1) ? nil : partner))
            }
        }
    }

    @Test func emptyAndEndlessWorkloadsEnd() {
        #expect(operations(plan(Workload(.lookup, 0, per: .seconds(1), from: .zero, until: .seconds(5)))).isEmpty)
        #expect(operations(plan(Workload(.lookup, 5, per: .zero, from: .zero, until: .seconds(5)))).isEmpty)
        let nobody = Workload(.lookup, 5, per: .seconds(1), from: .zero, until: .seconds(5), by: .list([]))
        #expect(operations(plan(nobody)).isEmpty)
        let late = TimeSpan(nanoseconds: .max)
        let slow = Workload(.lookup, 1, per: late, from: .zero, until: late)
        #expect(operations(plan(slow)).count == 1)
    }
}

import Overlay

/// When users do something, and which: by keyed draws, so that every system meets the same operations.
struct ControlWorkloads: Sendable {
    /// Nodes that are drawn for an operation before it is given up for want of one that runs.
    private static let mostDraws: UInt64 = 64

    private let population: ControlPopulation
    private let members: [[Bool]]
    private let isPublisher: [Bool]

    init(_ population: ControlPopulation) {
        self.population = population
        members = population.plan.workloads.map { population.members(of: $0.nodes) }
        var isPublisher = Array(repeating: false, count: population.count)
        for node in population.publishers { isPublisher[node] = true }
        self.isPublisher = isPublisher
    }

    /// The moment of an operation: each has a slot of its own, and is drawn within it. Nil when the workload is over.
    func time(of number: UInt64, in workload: Int) -> VirtualTime? {
        let plan = population.plan.workloads[workload]
        guard plan.count > 0, plan.per > .zero, number < .max >> 1 else { return nil }
        let slot = max(1, plan.per.nanoseconds / UInt64(plan.count))
        let (offset, overflow) = number.multipliedReportingOverflow(by: slot)
        guard !overflow else { return nil }
        let within = population.draws.below(slot, .test, of: subject(workload, 0), number)
        let time = VirtualTime.zero + plan.start + TimeSpan(nanoseconds: offset) + TimeSpan(nanoseconds: within)
        return time < .zero + plan.end ? time : nil
    }

    /// Who does it; nil when nobody was found that runs, and for what opponents know nothing of.
    func operation(_ number: UInt64, of workload: Int, running: [Bool]) -> ControlOperation? {
        switch population.plan.workloads[workload].kind {
        case .update:
            return draw(number, subject(workload, 1)) { running[$0] && members[workload][$0] && isPublisher[$0] }
                .map { ControlOperation(kind: .update, node: $0) }
        case .lookup:
            guard
                let node = draw(number, subject(workload, 1), where: { running[$0] && members[workload][$0] }),
                let target = draw(number, subject(workload, 2), where: { running[$0] && $0 != node })
            else { return nil }
            return ControlOperation(kind: .lookup(target: target), node: node)
        case .request:
            return nil
        }
    }

    private func draw(_ number: UInt64, _ subject: UInt64, where isFit: (Int) -> Bool) -> Int? {
        for attempt in 0..<Self.mostDraws {
            let counter = number &* Self.mostDraws &+ attempt
            let node = Int(population.draws.below(UInt64(population.count), .test, of: subject, counter))
            if isFit(node), !population.isMalicious[node] { return node }
        }
        return nil
    }

    private func subject(_ workload: Int, _ purpose: UInt64) -> UInt64 { UInt64(workload) << 8 | purpose }
}

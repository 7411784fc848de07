import Overlay

/// A network of nodes of an opponent under a plan.
///
/// Opponents know nothing of address translators, of clocks and of the attacks that are made for the node's own messages; plans
/// may contain them, and they change nothing here.
struct ControlWorld<Core: ControlCore>: Sendable {
    let population: ControlPopulation
    private(set) var core: Core
    private(set) var medium: ControlMedium<Core.Event>
    private var workloads: WorkloadSchedule
    private let churn: ChurnSchedule?
    private var positions: [ChurnSchedule.Position]
    private(set) var series: [SeriesPoint] = []
    /// How many reasons a node has not to run.
    private var absences: [UInt16]
    private var hasStarted: [Bool]
    private var hasEnded: [Bool]
    private var lastMessages: UInt64 = 0
    private var lastBytes: UInt64 = 0
    private var isSettling = false

    init(_ plan: Plan) throws(ControlError) {
        population = try ControlPopulation(plan, mostNodes: Core.mostNodes)
        core = Core(population)
        medium = ControlMedium(population)
        workloads = WorkloadSchedule(plan, population: population.population)
        churn = plan.churn.map { ChurnSchedule($0, seed: plan.seed) }
        positions = Array(repeating: .init(), count: plan.churn == nil ? 0 : plan.nodes)
        absences = Array(repeating: 0, count: plan.nodes)
        hasStarted = Array(repeating: false, count: plan.nodes)
        hasEnded = Array(repeating: false, count: plan.faults.count)
        for node in 0..<plan.nodes where !population.isAbsent(node) {
            medium.schedule(.start(node), at: population.start(of: node))
        }
        for (number, fault) in plan.faults.enumerated() {
            medium.schedule(.faultBegins(number), at: .zero + fault.start)
            if let end = fault.end { medium.schedule(.faultEnds(number), at: .zero + end) }
        }
        scheduleOperation()
        scheduleChurn()
        medium.schedule(.second, at: .zero + .seconds(1))
    }

    /// Lets everything happen until `end`.
    mutating func run(until end: VirtualTime) {
        while let item = medium.next(until: end) { happen(item) }
    }

    private mutating func happen(_ item: ControlItem<Core.Event>) {
        switch item {
        case .letter(let letter): arrive(letter)
        case .start(let node): start(node)
        case .faultBegins(let number): begin(number)
        case .faultEnds(let number): end(number)
        case .operation(let operation): operate(operation)
        case .churn(let node, let comesBack): change(node, comesBack: comesBack)
        case .second: notePoint()
        }
    }

    private mutating func arrive(_ letter: ControlLetter<Core.Event>) {
        guard medium.admits(letter) else { return }
        core.handle(letter.event, at: Int(letter.to), from: Int(letter.from), &medium)
    }

    // MARK: Lives

    private mutating func start(_ node: Int) {
        hasStarted[node] = true
        if absences[node] == 0 { run(node) }
    }

    private mutating func run(_ node: Int) {
        medium.begin(node)
        core.start(node, &medium)
    }

    private mutating func leave(_ node: Int, saysGoodbye: Bool) {
        absences[node] += 1
        guard medium.running[node] else { return }
        core.stop(node, saysGoodbye: saysGoodbye, &medium)
        medium.end(node)
    }

    private mutating func comeBack(_ node: Int) {
        absences[node] -= 1
        if absences[node] == 0, hasStarted[node] { run(node) }
    }

    // MARK: Faults

    private mutating func begin(_ number: Int) {
        let fault = population.plan.faults[number]
        guard !hasEnded[number] else { return }
        medium.conditions.begin(number, fault, in: population)
        let members = population.members(of: fault.nodes)
        for node in members.indices where members[node] {
            switch fault.kind {
            case .crash: leave(node, saysGoodbye: false)
            case .departure: leave(node, saysGoodbye: true)
            case .reset where medium.running[node]: core.reset(node, &medium)
            default: break
            }
        }
    }

    private mutating func end(_ number: Int) {
        let fault = population.plan.faults[number]
        guard !hasEnded[number] else { return }
        hasEnded[number] = true
        medium.conditions.end(number, fault, in: population, at: medium.now)
        let members = population.members(of: fault.nodes)
        for node in members.indices where members[node] {
            switch fault.kind {
            case .crash, .departure: comeBack(node)
            case .stall: resume(node)
            default: break
            }
        }
    }

    /// A node whose last stall is over works off what came meanwhile, in order.
    private mutating func resume(_ node: Int) {
        guard !medium.conditions.isStalled(node) else { return }
        for letter in medium.takeWaiting(node) { arrive(letter) }
    }

    // MARK: Workloads

    /// Whom a lookup is about is drawn anew so often when who was drawn is not there.
    private static var mostDraws: UInt64 { 64 }

    private mutating func scheduleOperation() {
        guard let next = workloads.next() else { return }
        medium.schedule(.operation(next), at: next.time)
    }

    private mutating func operate(_ operation: Operation) {
        scheduleOperation()
        let node = operation.node.offset
        guard !isSettling, medium.isHonest(node) else { return }
        switch operation.kind {
        case .update: core.operate(ControlOperation(kind: .update, node: node), &medium)
        case .lookup:
            let partners = (0..<Self.mostDraws).lazy.compactMap { [workloads] attempt in
                workloads.partner(of: operation, attempt: attempt)?.offset
            }
            guard let target = partners.first(where: { [medium] in medium.isHonest($0) }) else { return }
            core.operate(ControlOperation(kind: .lookup(target: target), node: node), &medium)
        case .request: break
        }
    }

    // MARK: Churn

    private mutating func scheduleChurn() {
        guard let churn, let plan = population.plan.churn else { return }
        for node in population.population.members(of: plan.nodes) where !population.isAbsent(node.offset) {
            if let first = churn.first(of: node, at: &positions[node.offset]) { schedule(first, of: node.offset) }
        }
    }

    private mutating func schedule(_ transition: ChurnSchedule.Transition, of node: Int) {
        medium.schedule(.churn(node, comesBack: transition.comesBack), at: transition.time)
    }

    /// A node comes back, or leaves without a word; who would leave while the world settles stays.
    private mutating func change(_ node: Int, comesBack: Bool) {
        if comesBack { self.comeBack(node) } else if isSettling { return } else { leave(node, saysGoodbye: false) }
        let next = churn?.next(of: NodeIndex(node), after: medium.now, at: &positions[node])
        if let next { schedule(next, of: node) }
    }

    // MARK: The end

    /// Between two looks at whether a world has settled; looking at a large one takes as long as seconds of its life.
    private static var settlingStep: TimeSpan { .seconds(5) }

    /// Ends the faults, waits until all is well or the limit is reached, and sums up.
    mutating func settle(within limit: TimeSpan, into outcome: inout RunOutcome) {
        let start = medium.now
        endFaults()
        var isSettled = core.isSettled(medium)
        while !isSettled, medium.now < start + limit {
            run(until: min(medium.now + Self.settlingStep, start + limit))
            isSettled = core.isSettled(medium)
        }
        if isSettled {
            outcome.settledAt = medium.now
            outcome.figures["settled"] = Double(medium.now.since(start).milliseconds)
        }
        report(into: &outcome)
    }

    /// Ends phase 1: what the world is like is noted, and every fault ends but malice.
    private mutating func endFaults() {
        core.notePhaseEnd(medium)
        isSettling = true
        for (number, fault) in population.plan.faults.enumerated() {
            if case .malice = fault.kind { continue }
            guard .zero + fault.start <= medium.now else {
                hasEnded[number] = true
                continue
            }
            end(number)
        }
    }

    private mutating func notePoint() {
        var point = SeriesPoint(second: medium.now.sinceStart.seconds)
        point.live = medium.runningCount
        point.messages = medium.traffic.messages - lastMessages
        point.bytes = medium.traffic.bytes - lastBytes
        lastMessages = medium.traffic.messages
        lastBytes = medium.traffic.bytes
        core.fill(&point, medium)
        series.append(point)
        medium.schedule(.second, at: medium.now + .seconds(1))
    }

    /// Figures that every opponent has.
    private func report(into outcome: inout RunOutcome) {
        let rates = medium.traffic.bytesPerSecond(at: medium.now)
        core.report(into: &outcome, medium)
        outcome.figures["bytes.perNodePerSecond.mean"] = rates.mean
        outcome.figures["bytes.perNodePerSecond.max"] = rates.greatest
        outcome.figures["events"] = Double(medium.eventCount)
        outcome.events = medium.eventCount
        outcome.virtualTime = medium.now
        outcome.series = series
        outcome.places = (0..<population.count).filter { !population.isAbsent($0) }.map { node in
            let position = population.network.position(of: node)
            return NodePlace(
                node: NodeIndex(node), x: position.x, y: position.y,
                region: UInt8(clamping: population.network.region(of: node)),
                links: medium.running[node] ? UInt16(clamping: core.links(of: node)) : 0,
                isMalicious: population.isMalicious[node])
        }
    }
}

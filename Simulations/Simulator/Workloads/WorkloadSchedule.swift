import Overlay

/// The operations of a plan's workloads, in the order of their moments. None is stored: each is computed from its turn.
///
/// A workload's time is cut into as many slots as it has operations; each operation happens at a drawn moment of its own
/// slot, at a drawn node of its selection. The draws are keyed by what the workload says and by the turn, so that leaving
/// out a fault, a node or another workload moves no operation that stays; ending a workload sooner only leaves out the
/// last ones.
public struct WorkloadSchedule: Sendable {
    private var lanes: [Lane]

    /// One workload.
    private struct Lane: Sendable {
        let workload: Workload
        let place: Int
        /// Names the workload in draws.
        let subject: UInt64
        /// Who can do it.
        let actors: Group
        /// Whom it can be about.
        let partners: Group
        var turn: UInt64 = 0
        var next: Operation?
    }

    /// Nodes that can be drawn from; all of a world need no list.
    private struct Group: Sendable {
        let count: Int
        let list: [NodeIndex]?

        func node(_ rank: UInt64) -> NodeIndex { list.map { $0[Int(rank)] } ?? NodeIndex(Int(rank)) }
    }

    private let population: Population

    /// - Parameter population: of the same plan.
    public init(_ plan: Plan, population: Population) {
        self.population = population
        lanes = []
        var groups = Groups(population)
        var twins: [UInt64: UInt64] = [:]
        for (place, workload) in plan.workloads.enumerated() {
            let subject = workload.subject(draws: population.draws)
            let twin = twins[subject, default: 0]
            twins[subject] = twin + 1
            var lane = Lane(
                workload: workload, place: place,
                subject: twin == 0 ? subject : population.draws.word(.workload, of: subject, twin),
                actors: groups.actors(of: workload), partners: groups.partners(of: workload))
            lane.next = Self.following(&lane, population)
            lanes.append(lane)
        }
    }

    /// When the next operation happens; nil when there are no more.
    public var nextTime: VirtualTime? { nextLane.flatMap { lanes[$0].next?.time } }

    /// Takes out the next operation. Those of nodes that the plan leaves out do not occur.
    public mutating func next() -> Operation? {
        guard let place = nextLane, let operation = lanes[place].next else { return nil }
        lanes[place].next = Self.following(&lanes[place], population)
        return operation
    }

    /// Another node that the operation is about: the one that is searched, or asked. Whoever is not there at that moment
    /// is passed over by drawing again with the next number.
    /// - Returns: nil when there is nobody else in the plan, or the drawn one is absent or the node itself.
    public func partner(of operation: Operation, attempt: UInt64) -> NodeIndex? {
        let lane = lanes[operation.workload]
        guard lane.partners.count > 0 else { return nil }
        let stream = population.draws.word(.workload, of: lane.subject, operation.turn &* 2 &+ 1)
        let rank = population.draws.below(UInt64(lane.partners.count), .workload, of: stream, attempt)
        let node = lane.partners.node(rank)
        return node == operation.node || !population.isPresent(node) ? nil : node
    }

    // MARK: Order

    /// Of operations at one moment, that of the lower subject comes first: the places of workloads in the plan may change.
    private var nextLane: Int? {
        var best: (place: Int, time: VirtualTime, subject: UInt64)?
        for (place, lane) in lanes.enumerated() {
            guard let time = lane.next?.time else { continue }
            if let best, (best.time, best.subject) < (time, lane.subject) { continue }
            best = (place, time, lane.subject)
        }
        return best?.place
    }

    /// The next operation of a lane by a node that is there.
    private static func following(_ lane: inout Lane, _ population: Population) -> Operation? {
        guard lane.actors.count > 0 else { return nil }
        while let time = lane.workload.moment(ofTurn: lane.turn, subject: lane.subject, draws: population.draws) {
            let turn = lane.turn
            lane.turn += 1
            let word = population.draws.word(.workload, of: lane.subject, turn &* 2)
            let rank = population.draws.below(UInt64(lane.actors.count), .workload, of: word, 0)
            let node = lane.actors.node(rank)
            guard population.isPresent(node) else { continue }
            return Operation(time: time, node: node, kind: lane.workload.kind, workload: lane.place, turn: turn)
        }
        return nil
    }

    /// Makes each list of nodes once.
    private struct Groups {
        private let population: Population
        private var publishers: Group?

        init(_ population: Population) { self.population = population }

        /// Only publishers have something to change.
        func actors(of workload: Workload) -> Group {
            if workload.nodes == .all, workload.kind != .update { return Group(count: population.count, list: nil) }
            let members = population.members(of: workload.nodes)
            let list = members.filter { workload.kind != .update || population.isPublisher($0) }
            return Group(count: list.count, list: list)
        }

        /// Anybody can be searched; only publishers answer requests.
        mutating func partners(of workload: Workload) -> Group {
            switch workload.kind {
            case .update: return Group(count: 0, list: [])
            case .lookup: return Group(count: population.count, list: nil)
            case .request: break
            }
            if let publishers { return publishers }
            let list = population.members(of: .all).filter(population.isPublisher)
            let group = Group(count: list.count, list: list)
            publishers = group
            return group
        }
    }
}

extension Workload {
    /// The moment of an operation; nil when the workload is over by then, or is none: without operations, or without time.
    func moment(ofTurn turn: UInt64, subject: UInt64, draws: Draws) -> VirtualTime? {
        guard count > 0, per > .zero else { return nil }
        guard let begin = span(before: turn), let next = span(before: turn &+ 1), start + begin < end else {
            return nil
        }
        let width = next.nanoseconds - begin.nanoseconds
        let word = draws.word(.workload, of: subject, turn &* 2)
        let within = width == 0 ? 0 : draws.below(width, .workload, of: word, 1)
        let time = start + begin + TimeSpan(nanoseconds: within)
        return time < end ? .zero + time : nil
    }

    /// How long a workload goes on until its slot of this number begins; nil beyond the end of time.
    private func span(before turn: UInt64) -> TimeSpan? {
        let product = turn.multipliedFullWidth(by: per.nanoseconds)
        guard product.high < UInt64(count) else { return nil }
        return TimeSpan(nanoseconds: UInt64(count).dividingFullWidth(product).quotient)
    }

    /// A number for what the workload says, without its end.
    func subject(draws: Draws) -> UInt64 {
        var digest = Digest64(seed: 0)
        switch kind {
        case .update: digest.absorb(1)
        case .lookup: digest.absorb(2)
        case .request(let bytes):
            digest.absorb(3)
            digest.absorb(UInt64(bitPattern: Int64(bytes)))
        }
        for word in [UInt64(bitPattern: Int64(count)), per.nanoseconds, start.nanoseconds] { digest.absorb(word) }
        nodes.absorb(into: &digest)
        return digest.state
    }
}

extension NodeSelection {
    /// Adds what the selection says to a digest.
    func absorb(into digest: inout Digest64) {
        switch self {
        case .all: digest.absorb(1)
        case .bootstraps: digest.absorb(2)
        case .list(let nodes):
            digest.absorb(3)
            digest.absorb(UInt64(nodes.count))
            for node in nodes { digest.absorb(UInt64(node.number)) }
        case .range(let first, let count):
            for word in [4, UInt64(first.number), UInt64(bitPattern: Int64(count))] { digest.absorb(word) }
        case .share(let ratio, let salt):
            for word in [5, ratio.numerator, ratio.denominator, salt] { digest.absorb(word) }
        case .region(let region):
            for word in [6, UInt64(bitPattern: Int64(region))] { digest.absorb(word) }
        case .except(let others):
            digest.absorb(7)
            others.absorb(into: &digest)
        }
    }
}

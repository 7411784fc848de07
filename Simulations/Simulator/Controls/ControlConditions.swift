import Overlay

/// What is wrong at the moment, as far as opponents can tell: fed by the starts and ends of planned faults.
struct ControlConditions: Sendable {
    private struct Active: Sendable {
        let number: Int
        let kind: PlannedFault.Kind
        let members: [Bool]
        /// The nodes of the other side of a cut.
        let others: [Bool]
    }

    /// Accomplices of one fault.
    private struct Group: Sendable {
        let fault: Int
        let members: [Bool]
        let nodes: [UInt32]
    }

    private var cuts: [Active] = []
    private var disturbances: [Active] = []
    /// How many stalls a node is in.
    private var stalls: [UInt16]
    /// When nodes that stood still went on for the last time.
    private var resumptions: [Int: VirtualTime] = [:]
    /// Processor time of an event, by node.
    private(set) var effort: [TimeSpan]
    private var swallowing: [UInt16]
    private var groups: [Group] = []

    init(count: Int) {
        stalls = Array(repeating: 0, count: count)
        effort = Array(repeating: .zero, count: count)
        swallowing = Array(repeating: 0, count: count)
    }

    var isCalm: Bool { cuts.isEmpty && disturbances.isEmpty }

    func isStalled(_ node: Int) -> Bool { stalls[node] > 0 }

    /// When a node went on that stood still before; nil when it never did.
    func resumption(of node: Int) -> VirtualTime? { resumptions[node] }

    /// Whether a node takes everything in and answers nothing.
    func isBlackHole(_ node: Int) -> Bool { swallowing[node] > 0 }

    /// With whom a node misroutes; nil when it does not.
    func accomplices(of node: Int) -> [UInt32]? {
        groups.first { $0.members[node] }?.nodes
    }

    /// Whether no packet passes from one node to another.
    func separates(_ from: Int, _ to: Int) -> Bool {
        cuts.contains { cut in
            switch cut.kind {
            case .partition: cut.members[from] != cut.members[to]
            case .deafness: cut.members[to] && !cut.members[from]
            case .cut: cut.members[from] && cut.others[to] || cut.members[to] && cut.others[from]
            case .oneWayCut: cut.members[from] && cut.others[to]
            default: false
            }
        }
    }

    /// What faults do to packets from one node to another; of several losses the greatest counts.
    func impairment(_ from: Int, _ to: Int) -> Impairment {
        var sum = Impairment.none
        for fault in disturbances where fault.members[from] || fault.members[to] {
            switch fault.kind {
            case .loss(let ratio): sum.loss = Self.greater(sum.loss, ratio)
            case .duplication(let ratio): sum.duplication = Self.greater(sum.duplication, ratio)
            case .reordering(let ratio): sum.reordering = Self.greater(sum.reordering, ratio)
            case .delay(let span): sum.delay = sum.delay + span
            default: break
            }
        }
        return sum
    }

    private static func greater(_ one: Ratio, _ other: Ratio) -> Ratio {
        let (left, right) = (
            one.numerator.multipliedFullWidth(by: other.denominator),
            other.numerator.multipliedFullWidth(by: one.denominator)
        )
        return (left.high, left.low) < (right.high, right.low) ? other : one
    }

    mutating func begin(_ number: Int, _ fault: PlannedFault, in population: ControlPopulation) {
        let members = population.members(of: fault.nodes)
        switch fault.kind {
        case .partition, .deafness:
            cuts.append(Active(number: number, kind: fault.kind, members: members, others: []))
        case .cut(let others), .oneWayCut(let others):
            let others = population.members(of: others)
            cuts.append(Active(number: number, kind: fault.kind, members: members, others: others))
        case .loss, .delay, .duplication, .reordering:
            disturbances.append(Active(number: number, kind: fault.kind, members: members, others: []))
        case .stall:
            for node in members.indices where members[node] { stalls[node] += 1 }
        case .slowness(let span):
            for node in members.indices where members[node] { effort[node] = effort[node] + span }
        case .malice(.blackHole):
            for node in members.indices where members[node] { swallowing[node] += 1 }
        case .malice(.misrouting):
            let nodes = members.indices.filter { members[$0] }.map { UInt32($0) }
            groups.append(Group(fault: number, members: members, nodes: nodes))
        default:
            break
        }
    }

    mutating func end(
        _ number: Int, _ fault: PlannedFault, in population: ControlPopulation, at time: VirtualTime
    ) {
        cuts.removeAll { $0.number == number }
        disturbances.removeAll { $0.number == number }
        groups.removeAll { $0.fault == number }
        let members = population.members(of: fault.nodes)
        for node in members.indices where members[node] {
            switch fault.kind {
            case .stall:
                stalls[node] -= 1
                if stalls[node] == 0 { resumptions[node] = time }
            case .slowness(let span):
                effort[node] = TimeSpan(nanoseconds: effort[node].nanoseconds - span.nanoseconds)
            case .malice(.blackHole): swallowing[node] -= 1
            default: break
            }
        }
    }
}

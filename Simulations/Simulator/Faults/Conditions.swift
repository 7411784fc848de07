import Overlay

/// What is wrong at the moment, and for whom.
///
/// Told of faults as they begin and end, and asked for each packet and each event. When nothing is wrong, an answer costs
/// one look at a word that holds for the whole world; otherwise one look at each node's own word, and only nodes that a
/// fault is about lead to the list of faults. Nothing is stored for pairs of nodes.
public struct Conditions: Sendable {
    /// What a fault changes. Faults of one aspect compose: each works as long as it lasts, whichever began or ends first.
    enum Aspect: Int, CaseIterable {
        case severance, loss, delay, duplication, reordering, stall, down, slowness, clock, malice

        var flag: UInt16 { 1 << UInt16(rawValue) }
    }

    /// A fault that lasts.
    struct Active: Sendable {
        let number: Int
        let kind: PlannedFault.Kind
        let nodes: NodeSet
        /// The other side of a cut.
        let others: NodeSet?
    }

    /// What the beginning or the end of a fault changed.
    public struct Turn: Sendable {
        public let number: Int
        public let kind: PlannedFault.Kind
        /// Whom it concerns: for crashes and departures the nodes that go down or come back by it, because no other
        /// fault holds them down; for everything else all nodes of the fault.
        public let nodes: NodeSet
    }

    public let population: Population
    /// By aspect, each by number.
    private var active: [[Active]]
    /// Which aspects concern a node, by node.
    private var flags: [UInt16]
    /// Aspects that concern anybody.
    private var anywhere: UInt16 = 0
    /// Who is away because nodes come and go.
    private(set) var away: NodeSet
    /// When nodes that stood still went on for the last time.
    private var resumptions: [NodeIndex: VirtualTime] = [:]

    public init(_ population: Population) {
        self.population = population
        active = Array(repeating: [], count: Aspect.allCases.count)
        flags = Array(repeating: 0, count: population.count)
        away = NodeSet(capacity: population.count)
    }

    /// A node leaves or comes back of its own accord, whatever faults do to it.
    mutating func setAway(_ isAway: Bool, _ node: NodeIndex) {
        if isAway { away.insert(node) } else { away.remove(node) }
    }

    /// A node that stood still goes on.
    mutating func noteResumption(of node: NodeIndex, at time: VirtualTime) {
        resumptions[node] = time
    }

    /// When a node went on that stood still before; nil when it never did.
    func resumption(of node: NodeIndex) -> VirtualTime? { resumptions[node] }

    // MARK: Beginnings and ends

    /// A fault begins. One that happens at once, such as a reset, changes nothing here and is answered with its nodes.
    /// - Parameter number: names the fault until its end; the same is not begun twice.
    public mutating func begin(_ fault: PlannedFault, number: Int) -> Turn {
        let nodes = population.members(of: fault.nodes)
        guard let aspect = Aspect(fault.kind) else { return Turn(number: number, kind: fault.kind, nodes: nodes) }
        let others = fault.kind.otherSide.map { population.members(of: $0) }
        let begun = Active(number: number, kind: fault.kind, nodes: nodes, others: others)
        let place = active[aspect.rawValue].firstIndex { $0.number >= number } ?? active[aspect.rawValue].count
        precondition(
            place == active[aspect.rawValue].count || active[aspect.rawValue][place].number != number,
            "fault \(number) begins twice")
        active[aspect.rawValue].insert(begun, at: place)
        anywhere |= aspect.flag
        var changed = NodeSet(capacity: population.count)
        for node in nodes {
            if aspect == .down && flags[node.offset] & aspect.flag == 0 { changed.insert(node) }
            flags[node.offset] |= aspect.flag
        }
        return Turn(number: number, kind: fault.kind, nodes: aspect == .down ? changed : nodes)
    }

    /// A fault ends; nil when none of this number lasts.
    public mutating func end(number: Int) -> Turn? {
        for aspect in Aspect.allCases {
            guard let place = active[aspect.rawValue].firstIndex(where: { $0.number == number }) else { continue }
            return end(place, of: aspect)
        }
        return nil
    }

    /// The world is given time to settle: every fault ends but malice. The ends, by number.
    public mutating func endAllButMalice() -> [Turn] {
        var turns: [Turn] = []
        for aspect in Aspect.allCases where aspect != .malice {
            while !active[aspect.rawValue].isEmpty { turns.append(end(0, of: aspect)) }
        }
        return turns.sorted { $0.number < $1.number }
    }

    private mutating func end(_ place: Int, of aspect: Aspect) -> Turn {
        let ended = active[aspect.rawValue].remove(at: place)
        let rest = active[aspect.rawValue]
        if rest.isEmpty { anywhere &= ~aspect.flag }
        var changed = NodeSet(capacity: population.count)
        for node in ended.nodes where !rest.contains(where: { $0.nodes.contains(node) }) {
            flags[node.offset] &= ~aspect.flag
            changed.insert(node)
        }
        return Turn(number: ended.number, kind: ended.kind, nodes: aspect == .down ? changed : ended.nodes)
    }

    // MARK: For the questions

    /// Whether any fault of this aspect lasts anywhere.
    func concernsAnybody(_ aspect: Aspect) -> Bool { anywhere & aspect.flag != 0 }

    /// Whether packets of anybody are treated worse than the network treats all.
    var disturbsAnybody: Bool {
        let aspects: UInt16 = [.loss, .delay, .duplication, .reordering].reduce(0) { $0 | ($1 as Aspect).flag }
        return anywhere & aspects != 0
    }

    func concerns(_ node: NodeIndex, _ aspect: Aspect) -> Bool {
        anywhere & aspect.flag != 0 && flags[node.offset] & aspect.flag != 0
    }

    func concerns(_ one: NodeIndex, _ other: NodeIndex, _ aspect: Aspect) -> Bool {
        anywhere & aspect.flag != 0 && (flags[one.offset] | flags[other.offset]) & aspect.flag != 0
    }

    /// Faults of an aspect that last, by number.
    func lasting(_ aspect: Aspect) -> [Active] { active[aspect.rawValue] }

    /// The nodes of a fault that lasts.
    public func nodes(ofFault number: Int) -> NodeSet? {
        for faults in active {
            if let fault = faults.first(where: { $0.number == number }) { return fault.nodes }
        }
        return nil
    }
}

extension Conditions.Aspect {
    /// Nil for what happens at once and does not last.
    init?(_ kind: PlannedFault.Kind) {
        switch kind {
        case .partition, .deafness, .cut, .oneWayCut: self = .severance
        case .reset: return nil
        case .loss: self = .loss
        case .delay: self = .delay
        case .duplication: self = .duplication
        case .reordering: self = .reordering
        case .crash, .departure: self = .down
        case .stall: self = .stall
        case .slowness: self = .slowness
        case .clockStep, .clockDrift: self = .clock
        case .malice: self = .malice
        }
    }
}

extension PlannedFault.Kind {
    /// The second selection of a cut.
    var otherSide: NodeSelection? {
        switch self {
        case .cut(let others), .oneWayCut(let others): others
        default: nil
        }
    }
}

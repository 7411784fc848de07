import Gossip
import Inference
import Overlay

/// A network in virtual time: the nodes' cores, driven as the real node drives them, and everything between them.
///
/// Nothing comes from outside, so the plan decides all that happens. The world is divided into as many parts as it has
/// threads. All parts go on by themselves for a window of time in which nothing that one of them does can reach another;
/// then what they posted is handed over, and what happens to the world as a whole happens (Nicol's YAWNS, 1993).
public struct World: Sendable {
    /// Parts that a world can have.
    public static let mostThreads = 2

    public let plan: Plan
    let setup: Setup
    public private(set) var now = VirtualTime.zero
    var shards: [Shard]
    private var agenda = EventQueue<WorldEvent>()
    private var lastEvent: UInt32 = 0
    var conditions: Conditions
    /// What the users do.
    var workloads: WorkloadSchedule
    /// Where nodes that come and go are in their cycles.
    var positions: [NodeIndex: ChurnSchedule.Position] = [:]
    /// Whether the first phase is over: faults have ended, and no new ones begin.
    var isSettling = false

    /// Nodes that run, as of the last look at what was seen.
    var live: NodeSet
    public internal(set) var violations = Violations()
    /// Empty unless ``keepDeliveries()`` was called before.
    public internal(set) var deliveries = Deliveries()
    private var worldEvents: UInt64 = 0

    /// How often every node is inspected.
    static let inspectionInterval = TimeSpan.seconds(1)

    public init(_ plan: Plan) throws(WorldError) {
        try self.init(plan, tampering: nil)
    }

    /// - Parameter tampering: a defect that every node has.
    package init(_ plan: Plan, tampering: Tampering?) throws(WorldError) {
        self.plan = plan
        let setup = try Setup(plan, tampering: tampering)
        self.setup = setup
        var shards: [Shard] = []
        for number in 0..<setup.shardCount { shards.append(try Shard(number, setup: setup)) }
        self.shards = shards
        conditions = Conditions(setup.population)
        live = NodeSet(capacity: plan.nodes)
        workloads = WorkloadSchedule(plan, population: setup.population)
        planFaults()
        planChurn()
        planOperation()
        schedule(.inspection, at: now + Self.inspectionInterval)
    }

    /// All nodes that the plan does not leave out, by number. A look from outside: to be asked for between runs.
    public var nodes: [SimulatedNode] {
        if shards.count == 1 { return shards[0].nodes }
        return shards.flatMap(\.nodes).sorted { $0.index < $1.index }
    }

    /// Events that have happened so far.
    public var eventCount: UInt64 { shards.reduce(worldEvents) { $0 + $1.eventCount } }

    /// The fingerprint of all that any node was told so far.
    public var traceHash: String { Trace.hash(shards.lazy.flatMap { $0.nodes.lazy.map(\.trace) }) }

    // MARK: Time

    /// Lets everything happen until `end`.
    public mutating func run(until end: VirtualTime) {
        let after = end + TimeSpan(nanoseconds: 1)
        while let next = nextTime, next <= end {
            var stop = min(after, window(from: next))
            if let global = agenda.nextTime { stop = min(stop, global) }
            runShards(before: stop)
            handOver()
            takeObservations()
            // What concerns all happens before what concerns one at the same moment.
            while let global = agenda.nextTime, global <= stop, global <= end, let event = agenda.pop() {
                happen(event)
            }
        }
        setNow(max(now, end))
    }

    private var nextTime: VirtualTime? {
        shards.reduce(agenda.nextTime) { earliest, shard in
            guard let time = shard.nextTime else { return earliest }
            return min(earliest ?? time, time)
        }
    }

    /// Until when nothing that happens from `start` on in one part can concern another.
    private func window(from start: VirtualTime) -> VirtualTime {
        shards.count == 1 ? start + Self.inspectionInterval : start + setup.floor
    }

    private mutating func runShards(before stop: VirtualTime) {
        let busy = shards.indices.filter { number in shards[number].nextTime.map { $0 < stop } ?? false }
        guard busy.count > 1 else {
            for number in busy { shards[number].run(before: stop) }
            return
        }
        Threads.change(busy, of: &shards) { $0.run(before: stop) }
    }

    private mutating func handOver() {
        guard shards.count > 1 else { return }
        for from in shards.indices {
            for to in shards.indices where !shards[from].posted[to].isEmpty {
                let mail = shards[from].posted[to]
                shards[from].posted[to].removeAll(keepingCapacity: true)
                shards[to].receive(mail)
            }
        }
    }

    /// All parts are at the same moment whenever something happens to the world.
    private mutating func setNow(_ time: VirtualTime) {
        now = time
        for number in shards.indices { shards[number].now = time }
    }

    private mutating func happen(_ event: EventQueue<WorldEvent>.Event) {
        setNow(event.time)
        worldEvents += 1
        switch event.payload {
        case .faultBegins(let number): begin(number)
        case .faultEnds(let number): end(number)
        case .churn(let node, let transition): change(node, transition)
        case .operation(let operation): carryOut(operation)
        case .inspection: inspect()
        }
        handOver()
        takeObservations()
    }

    mutating func schedule(_ event: WorldEvent, at time: VirtualTime) {
        lastEvent += 1
        agenda.push(event, at: time, key: EventKey(source: 0, number: lastEvent))
    }

    // MARK: Nodes

    /// Changes the part in which a node lives.
    mutating func withShard<Result>(of node: NodeIndex, _ body: (inout Shard) -> Result) -> Result {
        body(&shards[setup.shard(of: node)])
    }

    /// Whether the plan has the node, and it runs.
    func isRunning(_ node: NodeIndex) -> Bool {
        let shard = setup.shard(of: node)
        return shards[shard].has(node) && shards[shard][node].isRunning
    }

    /// Lets a node offer another number of services from now on; none withdraws its entry.
    /// - Throws: ``WorldError`` when that many do not fit in an entry.
    public mutating func offer(_ services: Int, by node: NodeIndex) throws(WorldError) {
        let offers = try NodeFactory.offers(services, version: 0, of: node)
        withShard(of: node) { $0.publish(offers, by: node) }
        handOver()
        takeObservations()
    }

    /// An agent at `caller` asks the first service of `host`. How it went is in the caller's ``SimulatedNode/requests``.
    @discardableResult
    public mutating func call(_ host: NodeIndex, from caller: NodeIndex, body: [UInt8]) -> ExchangeID {
        let id = withShard(of: caller) { $0.call(host, from: caller, body: body) }
        handOver()
        takeObservations()
        return id
    }

    // MARK: Checks

    private mutating func inspect() {
        let seconds = now.sinceStart.nanoseconds / Self.inspectionInterval.nanoseconds
        let isDeep = seconds % Self.inspectionsPerTableLook == 0
        for shard in shards {
            for node in shard.nodes where node.isRunning {
                var found: [Violation] = []
                NodeCheck.inspect(node, at: now, into: &found)
                if isDeep, !isMalicious(node.index) {
                    NodeCheck.inspectDeeply(node, in: setup, at: now, into: &found)
                }
                for violation in found { violations.note(violation) }
            }
        }
        sample()
        schedule(.inspection, at: now + Self.inspectionInterval)
    }
}

/// What happens to a world as a whole.
enum WorldEvent: Sendable {
    /// A fault of the plan, by its place there.
    case faultBegins(Int)
    case faultEnds(Int)
    /// A node leaves or comes back.
    case churn(NodeIndex, ChurnSchedule.Transition)
    case operation(Operation)
    case inspection
}

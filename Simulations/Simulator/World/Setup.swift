import Gossip
import Inference
import Overlay

/// What all parts of a world know and nobody changes.
final class Setup: Sendable {
    let plan: Plan
    let draws: Draws
    let network: NetworkModel
    let population: Population
    /// Who comes and goes, and when; nil when nobody does.
    let churn: ChurnSchedule?
    let peerSettings: PeerSettings
    let factory: NodeFactory
    /// A defect that is planted into every node.
    let tampering: Tampering?
    /// Into how many parts the world is divided.
    let shardCount: Int
    /// No parcel takes less between two nodes: so long each part of the world can go on without the others.
    let floor: TimeSpan
    /// Who the nodes are, by number.
    let ids: [PeerID]
    let numbers: [PeerID: NodeIndex]
    /// Nodes behind an address translator: they know the inner address only, where nobody finds them, and find out by dial-backs
    /// that they are clients.
    private let translated: NodeSet
    /// Nodes that files are kept for, because they will stop one day.
    let mortals: NodeSet

    init(_ plan: Plan, tampering: Tampering?) throws(WorldError) {
        try Self.check(plan)
        self.plan = plan
        draws = Draws(seed: plan.seed)
        let network: NetworkModel
        do { network = try NetworkModel(plan) } catch { throw .network(error) }
        self.network = network
        let regions = network.regions.count > 1 ? (0..<plan.nodes).map { UInt8(network.region(of: NodeIndex($0))) } : []
        let population = Population(plan, regions: regions)
        self.population = population
        churn = plan.churn.map { ChurnSchedule($0, seed: plan.seed) }
        floor = network.floor
        shardCount = plan.isOneWorld ? 1 : plan.threads
        self.tampering = tampering
        var settings = PeerSettings(plan.profile)
        for knob in plan.knobs { knob.apply(to: &settings) }
        tampering?.change(&settings)
        peerSettings = settings
        let factory = try NodeFactory(plan, population: population, settings: settings)
        self.factory = factory
        ids = (0..<plan.nodes).map { factory.identity(of: NodeIndex($0)).peerID }
        var numbers: [PeerID: NodeIndex] = [:]
        for (number, id) in ids.enumerated() { numbers[id] = NodeIndex(number) }
        self.numbers = numbers
        var translated = NodeSet(capacity: plan.nodes)
        for translator in plan.translators {
            for node in population.members(of: translator.nodes) where node.offset >= plan.bootstraps {
                translated.insert(node)
            }
        }
        self.translated = translated
        isHonestThroughout = !plan.faults.contains { fault in
            switch fault.kind {
            case .malice, .clockStep, .clockDrift: true
            default: false
            }
        }
        mortals = Self.mortals(of: plan, population)
    }

    private static func check(_ plan: Plan) throws(WorldError) {
        guard plan.nodes >= 1, plan.nodes <= AddressPlan.capacity else { throw .nodeCount(plan.nodes) }
        guard (1...plan.nodes).contains(plan.bootstraps) else { throw .bootstrapCount(plan.bootstraps) }
        guard (0...plan.nodes).contains(plan.publishers) else { throw .publisherCount(plan.publishers) }
        guard (0...EntryContents.serviceCapacity).contains(plan.servicesPerPublisher) else {
            throw .serviceCount(plan.servicesPerPublisher)
        }
        guard (1...World.mostThreads).contains(plan.threads) else { throw .threadCount(plan.threads) }
    }

    private static func mortals(of plan: Plan, _ population: Population) -> NodeSet {
        var mortals = NodeSet(capacity: plan.nodes)
        if let churn = plan.churn { mortals = population.members(of: churn.nodes) }
        for fault in plan.faults {
            switch fault.kind {
            case .crash, .departure: for node in population.members(of: fault.nodes) { mortals.insert(node) }
            default: break
            }
        }
        return mortals
    }

    /// Whether everybody keeps to the protocol and has a clock within what it bears, so that nobody may find fault with
    /// anybody.
    let isHonestThroughout: Bool

    func isTranslated(_ node: NodeIndex) -> Bool { translated.contains(node) }

    /// Which part of the world a node lives in.
    func shard(of node: NodeIndex) -> Int { node.offset % shardCount }
}

extension PeerSettings {
    init(_ profile: Profile) {
        self.init()
        switch profile {
        case .standard: break
        case .small: shrink()
        }
    }

    /// For worlds of very many nodes, where what one node holds decides how many there can be. Everything stays above what
    /// the protocol needs to be itself: several neighbours, full buckets near the own key, comparisons of catalogs.
    private mutating func shrink() {
        // Five random links keep a mesh connected (HyParView's active view); each costs both ends some kilobytes.
        membership.wanted = 5
        membership.most = 8
        membership.outboundReserve = 2
        membership.urgentMost = 24
        membership.passive = 16
        membership.lost = 4
        membership.ways = 16
        comfortableLinks = 8
        mostLinks = 32
        mostStrangers = 12
        mostDials = 16
        mostRemembered = 64
        rememberedTokens = 64
        // A bucket of 8 is what BitTorrent's DHT has lived with for twenty years.
        kademlia.routing.bucketSize = 8
        kademlia.routing.replacements = 2
        kademlia.lookup.wanted = 8
        kademlia.lookup.heard = 32
        kademlia.candidates = 32
        kademlia.verified = 32
        kademlia.failures = 32
        kademlia.lookups = 8
        kademlia.questions = 128
        kademlia.dials = 8
        kademlia.paths = 64
        rememberedMembers = 64
        gossip.announcementCapacity = 256
        gossip.missingCapacity = 256
        gossip.forgeryMemory = 64
        gossip.forwardedMemory = 1_024
        gossip.askedMemory = 1_024
        gossip.fetchCapacity = 1_024
        gossip.pendingCapacity = 256
    }
}

extension Plan {
    /// Whether the world cannot be divided: malicious nodes know at once what their accomplices know.
    var isOneWorld: Bool {
        faults.contains { if case .malice = $0.kind { true } else { false } }
    }
}

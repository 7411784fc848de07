import Biscuit
import Gossip
import Inference
import Overlay

/// Makes the nodes of a plan: keys, tokens, clocks, services. The same node comes out however often it is made.
struct NodeFactory: Sendable {
    private let plan: Plan
    private let draws: Draws
    private let authority: Authority
    private let settings: PeerSettings
    /// Bootstraps that a node is told of at most, as operators write down a few. Where there are more, each node has some.
    private static let mostKnownBootstraps = 16
    /// Seeds of the keys of nodes that searched for one near somebody.
    private let groundSeeds: [NodeIndex: [UInt8]]
    /// Nil where every node checks everything itself.
    private let verifications: Verifications?

    init(_ plan: Plan, population: Population, settings: PeerSettings) throws(WorldError) {
        let draws = population.draws
        self.plan = plan
        self.draws = draws
        groundSeeds = Self.groundSeeds(plan, population)
        self.settings = settings
        verifications = plan.fidelity == .real ? nil : Verifications(nodes: plan.nodes)
        authority = try Authority(draws: draws)
    }

    func identity(of node: NodeIndex) -> Identity {
        if let ground = groundSeeds[node].flatMap({ Identity(seed: $0) }) { return ground }
        return Self.drawnIdentity(of: node, draws: draws)
    }

    private static func drawnIdentity(of node: NodeIndex, draws: Draws) -> Identity {
        var keySource = RandomSource(seed: draws.bytes(RandomSource.seedLength, .identity, of: UInt64(node.number)))
        return Identity(random: &keySource)
    }

    private static func groundSeeds(_ plan: Plan, _ population: Population) -> [NodeIndex: [UInt8]] {
        var seeds: [NodeIndex: [UInt8]] = [:]
        for fault in plan.faults {
            guard case .malice(.sybil(let victim)) = fault.kind else { continue }
            let target = NodeKey(drawnIdentity(of: victim, draws: population.draws).peerID)
            for node in population.members(of: fault.nodes) where node != victim && seeds[node] == nil {
                seeds[node] = GroundKey(near: target, amid: plan.nodes, of: node, draws: population.draws).seed
            }
        }
        return seeds
    }

    var meshID: MeshID { authority.meshID }

    /// All of them, or as many as a node is told of, drawn; some may be drawn twice.
    private func bootstraps(of node: NodeIndex) -> [Multiaddr] {
        let known: [UInt64]
        if plan.bootstraps <= Self.mostKnownBootstraps {
            known = Array(0..<UInt64(plan.bootstraps))
        } else {
            known = (0..<UInt64(Self.mostKnownBootstraps / 2)).map { number in
                draws.below(UInt64(plan.bootstraps), .start, of: UInt64(node.number), number + 1)
            }
        }
        return known.map { AddressPlan.address(of: NodeIndex(Int($0))) }
    }

    func clock(of node: NodeIndex) -> VirtualClock {
        VirtualClock(of: node, skew: plan.clockSkew, draws: draws)
    }

    /// Whoever others begin with is there from the start.
    func startTime(of node: NodeIndex) -> VirtualTime {
        guard node.offset >= plan.bootstraps else { return .zero }
        return .zero + draws.span(in: SpanRange(.zero, plan.joinWindow), .start, of: UInt64(node.number))
    }

    /// The core of a node that starts for the `life`th time, counted from 0.
    func peer(of node: NodeIndex, life: Int, at now: Moment) throws(WorldError) -> Peer {
        do {
            let identity = identity(of: node)
            let token = try authority.token(for: identity.peerID, of: node)
            let own = try authority.admission.admit(token, from: identity.peerID, at: now.wall)
            let authorizer = try ServiceAuthorizer(policy: LocalPolicy(), node: identity.peerID, own: own)
            let configuration = PeerConfiguration(
                identity: identity, meshID: authority.meshID, token: token, admission: authority.admission,
                authorizer: authorizer, bootstraps: bootstraps(of: node), settings: settings,
                verifications: verifications)
            var random = RandomSource(seed: draws.bytes(RandomSource.seedLength, .node, of: UInt64(node.number)))
            for _ in 0..<life { random = random.fork() }
            return try Peer(configuration, random: random, at: now)
        } catch {
            throw .unusableIdentity(node, "\(error)")
        }
    }

    // MARK: Services

    /// Two models for each service, one of them offered by every tenth node; another version says something else.
    static func offers(_ services: Int, version: Int, of node: NodeIndex) throws(WorldError) -> [ServiceOffer] {
        guard (0...EntryContents.serviceCapacity).contains(services) else { throw .serviceCount(services) }
        var offers: [ServiceOffer] = []
        for number in 0..<services {
            guard let name = ServiceName(type: .inference, name: "service-\(number)") else {
                throw .serviceCount(services)
            }
            let models = ["model-\(node.number)-\(number)", "shared-\(node.number % 10)-\(number)"]
            let summary = "offered by node \(node)" + (version == 0 ? "" : ", version \(version)")
            guard let offer = try? ServiceOffer(name: name, summary: summary, models: models) else {
                throw .serviceCount(services)
            }
            offers.append(offer)
        }
        return offers
    }
}

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
    private let bootstraps: [Multiaddr]
    /// Nil where every node checks everything itself.
    private let verifications: Verifications?

    init(_ plan: Plan, draws: Draws, settings: PeerSettings) throws(WorldError) {
        self.plan = plan
        self.draws = draws
        self.settings = settings
        verifications = plan.fidelity == .real ? nil : Verifications(nodes: plan.nodes)
        authority = try Authority(draws: draws)
        bootstraps = (0..<plan.bootstraps).map { AddressPlan.address(of: NodeIndex($0)) }
    }

    func identity(of node: NodeIndex) -> Identity {
        var keySource = RandomSource(seed: draws.bytes(RandomSource.seedLength, .identity, of: UInt64(node.number)))
        return Identity(random: &keySource)
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
                authorizer: authorizer, bootstraps: bootstraps, settings: settings,
                verifications: verifications)
            var random = RandomSource(seed: draws.bytes(RandomSource.seedLength, .node, of: UInt64(node.number)))
            for _ in 0..<life { random = random.fork() }
            return try Peer(configuration, random: random, at: now)
        } catch {
            throw .unusableIdentity(node, "\(error)")
        }
    }

    // MARK: Services

    /// Publishers lie evenly among all nodes, however many of these there are.
    func isPublisher(_ node: NodeIndex) -> Bool {
        // The first of each stretch of nodes / publishers numbers.
        node.offset * plan.publishers % plan.nodes < plan.publishers
    }

    /// What a node announces when it starts.
    func offers(of node: NodeIndex) throws(WorldError) -> [ServiceOffer] {
        guard isPublisher(node) else { return [] }
        return try Self.offers(plan.servicesPerPublisher, version: 0, of: node)
    }

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

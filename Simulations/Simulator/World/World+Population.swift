import Biscuit
import Gossip
import Inference
import Overlay

/// Who lives in a world, and how they begin.
extension World {
    mutating func populate() throws {
        let authority = try Authority(draws: draws)
        let addresses = (0..<settings.nodes).map { AddressPlan.address(of: NodeIndex($0)) }
        let bootstraps = Array(addresses.prefix(settings.bootstraps))
        for number in 0..<settings.nodes {
            let index = NodeIndex(number)
            nodes.append(try makeNode(index, authority: authority, bootstraps: bootstraps))
            schedule(.start(index), at: startTime(of: index))
        }
    }

    /// Whoever others begin with is there from the start.
    private func startTime(of node: NodeIndex) -> VirtualTime {
        guard node.offset >= settings.bootstraps else { return .zero }
        return .zero + draws.span(in: SpanRange(.zero, settings.joinWindow), .start, of: UInt64(node.number))
    }

    private func makeNode(
        _ index: NodeIndex, authority: Authority, bootstraps: [Multiaddr]
    ) throws -> SimulatedNode {
        let subject = UInt64(index.number)
        var keySource = RandomSource(seed: draws.bytes(RandomSource.seedLength, .identity, of: subject))
        let identity = Identity(random: &keySource)
        let clock = VirtualClock(of: index, skew: settings.clockSkew, draws: draws)
        let start = clock.moment(at: .zero)
        let token = try authority.token(for: identity.peerID, of: index)
        let own = try authority.admission.admit(token, from: identity.peerID, at: start.wall)
        let authorizer = try ServiceAuthorizer(policy: LocalPolicy(), node: identity.peerID, own: own)
        let configuration = PeerConfiguration(
            identity: identity, meshID: authority.meshID, token: token, admission: authority.admission,
            authorizer: authorizer, bootstraps: bootstraps, settings: settings.peer)
        let random = RandomSource(seed: draws.bytes(RandomSource.seedLength, .node, of: subject))
        let peer = try Peer(configuration, random: random, at: start)
        return SimulatedNode(
            index: index, clock: clock, peer: peer, offers: try offers(settings.servicesPerNode, of: index))
    }

    /// Lets a node offer another number of services from now on; none withdraws its entry.
    /// - Throws: ``WorldError`` when that many do not fit in an entry.
    public mutating func offer(_ services: Int, by node: NodeIndex) throws {
        let offers = try offers(services, of: node)
        enter(node) { peer, now, outbox in peer.publish(offers, at: now, into: &outbox) }
    }

    /// Two models for each service, one of them offered by every tenth node.
    private func offers(_ services: Int, of node: NodeIndex) throws -> [ServiceOffer] {
        guard (0...EntryContents.serviceCapacity).contains(services) else { throw WorldError.serviceCount(services) }
        return try (0..<services).map { number in
            guard let name = ServiceName(type: .inference, name: "service-\(number)") else {
                throw WorldError.serviceCount(services)
            }
            let models = ["model-\(node.number)-\(number)", "shared-\(node.number % 10)-\(number)"]
            return try ServiceOffer(name: name, summary: "offered by node \(node)", models: models)
        }
    }

    mutating func start(_ node: NodeIndex) {
        trace.note(.started, at: now, node: node, content: 0)
        let offers = nodes[node.offset].offers
        enter(node) { peer, now, outbox in
            peer.setAddresses([AddressPlan.address(of: node)], at: now, into: &outbox)
        }
        enter(node) { peer, now, outbox in peer.publish(offers, at: now, into: &outbox) }
        nodes[node.offset].hasStarted = true
    }
}

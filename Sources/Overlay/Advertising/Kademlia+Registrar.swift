/// Keeping advertisements of others, and telling them.
extension Kademlia {
    /// Answers a question about advertisements.
    mutating func answerHost(
        _ message: KademliaMessage, from peer: PeerID, _ way: RegistrationRequest.Way, room: Int, at now: Moment,
        into actions: inout [KademliaAction]
    ) {
        switch message {
        case .askTicket(let request, _) where !isServer, .register(let request, _, _, _) where !isServer:
            reply(.registration(request: request, .refused), to: peer, way, into: &actions)
        case .askTicket(let request, let topic):
            let prefix = prefix(of: peer, way)
            let registration = withRegistrar { $0.ask(topic: topic, host: peer, prefix: prefix, at: now.instant) }
            reply(.registration(request: request, registration), to: peer, way, into: &actions)
        case .register(let request, let topic, let ticket, let advertisement):
            actions.append(
                .judge(
                    RegistrationRequest(
                        request: request, way: way, ticket: ticket, host: peer, topic: topic,
                        advertisement: advertisement)))
        case .findAdvertisements(let request, let topic, let count, let skip):
            let found = advertisements(of: topic, count: count, skip: skip, at: now)
            let fitting = Self.fitting(found, room: room)
            let answer = KademliaMessage.advertisements(
                request: request, fitting, hasMore: fitting.count < found.count)
            reply(answer, to: peer, way, into: &actions)
        case .findNode, .nodes, .contact, .registration, .advertisements, .askDialBack, .dialBack:
            break
        }
    }

    /// The node's own advertisement first: where few nodes can keep any, the host itself may be the only one that is asked.
    private mutating func advertisements(of topic: NodeKey, count: Int, skip: Int, at now: Moment) -> [[UInt8]] {
        let own = advertiser?.plans[topic] == nil ? [] : [advertiser?.advertisement].compactMap { $0 }
        let kept = registrar?.advertisements(of: topic, at: now.instant) ?? []
        return Array((own + kept).dropFirst(max(skip, 0)).prefix(max(count, 0)))
    }

    /// The owner has judged what ``KademliaAction/judge(_:)`` gave it.
    public mutating func judged(
        _ wanted: RegistrationRequest, as judgement: RegistrationRequest.Judgement, at now: Moment,
        into actions: inout [KademliaAction]
    ) {
        let registration: Registration
        switch judgement {
        case .acceptable where wanted.advertisement.count <= settings.advertisement.longest:
            let prefix = prefix(of: wanted.host, wanted.way)
            registration = withRegistrar { $0.register(wanted, prefix: prefix, at: now.instant) }
        case .withdrawal:
            registration = withRegistrar { $0.withdraw(topic: wanted.topic, host: wanted.host) }
        case .acceptable, .refused:
            registration = .refused
            actions.append(.drop(.badAdvertisement, from: wanted.host))
        }
        reply(.registration(request: wanted.request, registration), to: wanted.host, wanted.way, into: &actions)
    }

    /// Advertisements that this node keeps for others.
    public var keptAdvertisements: Int { registrar?.table.count ?? 0 }

    private mutating func withRegistrar<Result>(_ body: (inout Registrar) -> Result) -> Result {
        var registrar = self.registrar ?? Registrar(settings: settings.advertisement, random: &random)
        self.registrar = nil
        let result = body(&registrar)
        self.registrar = registrar
        return result
    }

    /// The network that a host is in: where its datagrams come from, or what its contact says.
    private func prefix(of peer: PeerID, _ way: RegistrationRequest.Way) -> AddressPrefix? {
        switch way {
        case .datagram(let source): AddressPrefix(source.endpoint.ip)
        case .link: peers.record(of: peer)?.prefixes.first
        }
    }

    private func reply(
        _ answer: KademliaMessage, to peer: PeerID, _ way: RegistrationRequest.Way,
        into actions: inout [KademliaAction]
    ) {
        switch way {
        case .link: actions.append(.send(answer, to: peer))
        case .datagram(let source): actions.append(.answer(answer, to: source))
        }
    }
}

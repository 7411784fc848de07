import Inference
import Overlay

/// Datagrams: each finds its own way or none, and no connection is made for it.
extension Shard {
    /// Headers of IPv4 and UDP, which access links carry with every datagram.
    private static let header = 28

    // MARK: What a core asks for

    mutating func ask(
        _ message: KademliaMessage, introduction: Introduction, of peer: PeerID, at endpoint: UDPEndpoint,
        isFirst: Bool, from node: NodeIndex
    ) {
        guard let there = AddressPlan.node(at: endpoint), there.offset < setup.plan.nodes else { return }
        guard setup.plan.fidelity == .real else {
            // Who is at an address that is another's cannot read what is meant for that other.
            guard setup.ids[there.offset] == peer else { return }
            return send(message, introduction, by: isFirst ? .first : .session, from: node, to: there)
        }
        withEndpoint(of: node) {
            $0.ask(
                message.encode(), introduction: introduction.encode(), of: peer, at: endpoint, isFirst: isFirst,
                now: $1, into: &$2)
        }
    }

    mutating func answer(
        _ message: KademliaMessage, introduction: Introduction, to source: DatagramSource, from node: NodeIndex
    ) {
        guard let there = AddressPlan.node(at: source.endpoint) else { return }
        guard setup.plan.fidelity == .real else {
            return send(message, introduction, by: source.isFirst ? .firstAnswer : .session, from: node, to: there)
        }
        withEndpoint(of: node) {
            $0.answer(message.encode(), introduction: introduction.encode(), to: source, now: $1, into: &$2)
        }
    }

    mutating func dialBack(
        _ nonce: DialBackNonce, to endpoint: UDPEndpoint, for source: DatagramSource, from node: NodeIndex
    ) {
        guard setup.plan.fidelity == .real else { return sendDialBack(nonce, to: endpoint, from: node) }
        withEndpoint(of: node) { $0.dialBack(nonce, to: endpoint, for: source, now: $1, into: &$2) }
    }

    private mutating func sendDialBack(_ nonce: DialBackNonce, to endpoint: UDPEndpoint, from node: NodeIndex) {
        let datagram = Datagram.dialBack(nonce)
        countSent(.dialBack, bytes: datagram.length, by: node)
        // A translator lets in answers only, and this one comes from a port that nothing was sent to.
        guard let there = AddressPlan.node(at: endpoint), there.offset < setup.plan.nodes, !setup.isTranslated(there)
        else { return }
        send(datagram, from: node, to: there)
    }

    private mutating func send(
        _ message: KademliaMessage, _ introduction: Introduction, by carrier: DatagramLetter.Carrier,
        from node: NodeIndex, to there: NodeIndex
    ) {
        for message in outgoing(message, to: there, from: node) {
            let letter = DatagramLetter(message, introduction: introduction, by: carrier)
            countSent(letter.kind, bytes: letter.length, by: node)
            guard isReadable(letter, by: node) else { continue }
            send(.letter(letter), from: node, to: there)
        }
    }

    /// Written and read a message says the same: one in 64, or all where the plan wants that.
    private mutating func isReadable(_ letter: DatagramLetter, by node: NodeIndex) -> Bool {
        guard setup.plan.fidelity == .encoded || letter.digest & 63 == 0 else { return true }
        let introduction = letter.introduction.flatMap { try? Introduction(decoding: $0.encode()) }
        if let read = try? KademliaMessage(decoding: letter.message.encode()), read == letter.message,
            introduction == letter.introduction
        {
            return true
        }
        let text = "a datagram of kind \(letter.kind) means something else once it was written and read"
        observe(.violation(Violation(.codec, at: now, node: node, text)), at: node)
        return false
    }

    private mutating func withEndpoint(
        of node: NodeIndex, _ body: (inout DatagramEndpoint, Instant, inout DatagramOutbox) -> Void
    ) {
        var outbox = DatagramOutbox()
        let instant = moment(of: node).instant
        guard self[node].endpoint.mutate({ body(&$0, instant, &outbox) }) != nil else { return }
        for (bytes, endpoint) in outbox.packets {
            guard let there = AddressPlan.node(at: endpoint) else { continue }
            countSent(.datagram, bytes: bytes.count, by: node)
            send(.packet(bytes), from: node, to: there)
        }
        for (bytes, endpoint) in outbox.dialBacks {
            guard let nonce = DialBackNonce(Array(bytes.dropFirst())) else { continue }
            sendDialBack(nonce, to: endpoint, from: node)
        }
        for received in outbox.received { take(received, at: node) }
    }

    // MARK: On the way

    private mutating func send(_ datagram: Datagram, from node: NodeIndex, to there: NodeIndex) {
        let network = setup.network
        let length = datagram.length + Self.header
        guard let departure = self[node].wayOut.passDatagram(length, at: now, bandwidth: network.bandwidth) else {
            return
        }
        self[node].datagrams += 1
        let fate = network.fate(
            ofDatagram: self[node].datagrams, length: datagram.length, from: node, to: there, at: departure,
            under: conditions.impairment(from: node, to: there))
        switch fate {
        case .tooLong, .lost:
            break
        case .arrives(let span):
            schedule(.datagram(datagram, by: node), for: there, at: departure + span, by: node)
        case .arrivesTwice(let one, let other):
            schedule(.datagram(datagram, by: node), for: there, at: departure + one, by: node)
            schedule(.datagram(datagram, by: node), for: there, at: departure + other, by: node)
        }
    }

    /// What arrives waits until the node's access link has taken all that came before, if there is room to wait.
    mutating func queueUp(_ datagram: Datagram, of node: NodeIndex, by other: NodeIndex) {
        guard self[node].isRunning, conditions.passes(from: other, to: node) else { return }
        let network = setup.network
        guard network.bandwidth != nil else { return receive(datagram, at: node, from: other) }
        let length = datagram.length + Self.header
        guard let passed = self[node].wayIn.passDatagram(length, at: now, bandwidth: network.bandwidth) else { return }
        schedule(.datagramTaken(datagram, by: other), for: node, at: passed, by: node)
    }

    mutating func receive(_ datagram: Datagram, at node: NodeIndex, from other: NodeIndex) {
        guard self[node].isRunning else { return }
        let endpoint = AddressPlan.endpoint(of: other)
        switch datagram {
        case .letter(let letter):
            let source = DatagramSource(session: 0, endpoint: endpoint, isFirst: letter.carrier == .first)
            deliver(letter.message, letter.introduction, digest: letter.digest, at: node, from: other, source: source)
        case .packet(let bytes):
            withEndpoint(of: node) { $0.receive(Bytes(bytes: bytes), from: endpoint, at: $1, into: &$2) }
            settle(node)
        case .dialBack(let nonce):
            let source = UDPEndpoint(ip: endpoint.ip, port: AddressPlan.dialBackPort)
            enter(node) { core, now, outbox in core.receive(nonce, from: source, at: now, into: &outbox) }
        }
    }

    private mutating func take(_ received: ReceivedDatagram, at node: NodeIndex) {
        guard let other = setup.numbers[received.peer], let message = try? KademliaMessage(decoding: received.message),
            let introduction = try? received.introduction.map({ try Introduction(decoding: $0) })
        else { return }
        let digest = MessageMeasure(.kademlia(message)).digest
        deliver(message, introduction, digest: digest, at: node, from: other, source: received.source)
    }

    private mutating func deliver(
        _ message: KademliaMessage, _ introduction: Introduction?, digest: UInt64, at node: NodeIndex,
        from other: NodeIndex, source: DatagramSource
    ) {
        self[node].trace.note(.datagram, at: now, content: digest)
        let peer = setup.ids[other.offset]
        guard hears(message, from: other, peer, node) else { return }
        enter(node) { core, now, outbox in
            core.receive(message, introduction: introduction, from: peer, source: source, at: now, into: &outbox)
        }
    }

    // MARK: Malice

    private mutating func hears(
        _ message: KademliaMessage, from other: NodeIndex, _ peer: PeerID, _ node: NodeIndex
    ) -> Bool {
        guard !misbehaviors.isEmpty, let misbehavior = misbehaviors[node] else { return true }
        guard misbehavior.mayLink(with: other) else { return false }
        return misbehaviors[node]?.incoming(.kademlia(message), from: peer) ?? true
    }

    private mutating func outgoing(
        _ message: KademliaMessage, to other: NodeIndex, from node: NodeIndex
    ) -> [KademliaMessage] {
        guard !misbehaviors.isEmpty, let misbehavior = misbehaviors[node] else { return [message] }
        guard misbehavior.mayLink(with: other) else { return [] }
        let peer = setup.ids[other.offset]
        let messages = misbehaviors[node]?.outgoing(.kademlia(message), to: peer, knowing: conspiracy) ?? []
        return messages.compactMap { if case .kademlia(let message) = $0 { message } else { nil } }
    }
}

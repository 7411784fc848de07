import Overlay

@testable import Inference

extension Network {
    // MARK: Making and losing links

    /// Opens a wire from one node to another.
    @discardableResult
    func connect(_ dialer: Int, to target: Int, dial: DialID? = nil, expecting: PeerID? = nil) -> Int {
        let number = wires.count
        let ends = [newEnd(of: dialer), newEnd(of: target)]
        wires.append(Wire(ends: ends))
        for (end, role) in zip(0...1, [Connection.Role.initiator, .responder]) {
            let (node, link) = (ends[end].node, ends[end].link)
            let session = LinkSession(
                role: role, identity: nodes[node].identity, expecting: end == 0 ? expecting : nil,
                address: Self.address(ends[1 - end].node, isDialed: end == 0), identify: IdentifyInfo(),
                settings: options.connection,
                random: random.fork(), at: now)
            nodes[node].channels[link] = Driven.Channel(
                session: session, wire: number, end: end, dial: end == 0 ? dial : nil)
        }
        for end in ends {
            withSession(end.node, end.link) { $0.start(at: $1, into: &$2) }
            drain(end.node)
        }
        return number
    }

    /// As the socket at the other end tells it: who dials does so from any port.
    private static func address(_ node: Int, isDialed: Bool) -> String {
        Multiaddr(ip: endpoint(of: node).ip, tcp: isDialed ? 4_001 : 40_000).text
    }

    private func newEnd(of node: Int) -> Wire.End {
        defer { nodes[node].nextLink += 1 }
        return Wire.End(node: node, link: LinkID(number: nodes[node].nextLink))
    }

    /// Opens a wire and waits until both ends may use it.
    func link(_ dialer: Int, _ target: Int) -> Bool {
        connect(dialer, to: target)
        return run(atMost: .seconds(5)) { areLinked(dialer, target) }
    }

    /// The newest link of a node whose wire leads to another, admitted or not.
    func link(of node: Int, with other: Int) -> LinkID? {
        nodes[node].channels.filter { wires[$0.value.wire].ends.contains { $0.node == other } }.keys.max()
    }

    func areLinked(_ one: Int, _ other: Int) -> Bool {
        nodes[one].peer.links.usableLink(to: nodes[other].id) != nil
            && nodes[other].peer.links.usableLink(to: nodes[one].id) != nil
    }

    /// Both sockets end, as if a router had sent resets.
    func cut(wire: Int) {
        for end in 0...1 { hangUp(wire: wire, end: end) }
    }

    /// Whatever is sent from now on vanishes.
    func silence(wire: Int) { wires[wire].isSilent = true }

    /// The wire between two nodes that is open, if any.
    func wire(between one: Int, and other: Int) -> Int? {
        wires.lastIndex { wire in
            Set(wire.ends.map(\.node)) == [one, other] && !wire.lanes.contains { $0.hasEnded }
        }
    }

    /// Puts bytes of nobody on a wire, in front of the end that is named.
    func inject(_ bytes: [UInt8], into wire: Int, towards end: Int) {
        wires[wire].lanes[1 - end].push(Bytes(bytes: bytes), at: now + options.latency)
    }

    func dial(_ id: DialID, peer: PeerID?, addresses: [Multiaddr], from dialer: Int) {
        nodes[dialer].dialed.append((peer, now))
        let target = nodes.firstIndex { node in
            node.isRunning && (!node.hasFirewall || node.takesDials)
                && addresses.contains { address in
                    node.address.map { $0.ip == address.ip && $0.tcpPort == address.tcpPort } ?? false
                }
        }
        let expecting = peer ?? addresses.first?.peer
        after(options.latency) { [unowned self] in
            guard nodes[dialer].isRunning else { return }
            guard let target, nodes[target].isRunning else {
                enter(dialer) { peer, now, outbox in
                    peer.dialFailed(id, reason: "connection refused", at: now, into: &outbox)
                }
                return
            }
            connect(dialer, to: target, dial: id, expecting: expecting)
        }
    }

    // MARK: Sessions

    func withSession(
        _ node: Int, _ link: LinkID, _ body: (inout LinkSession, Instant, inout LinkSession.Outbox) -> Void
    ) {
        guard let channel = nodes[node].channels[link] else { return }
        var outbox = LinkSession.Outbox()
        let now = now
        nodes[node].channels[link]?.run({ body(&$0, now, &$1) }, into: &outbox)
        let isSilent = wires[channel.wire].isSilent
        for bytes in outbox.bytes where !isSilent {
            wires[channel.wire].lanes[channel.end].push(bytes, at: now + options.latency + wires[channel.wire].delay)
        }
        for event in outbox.events { nodes[node].events.append((link, event)) }
        updateWritability(of: channel)
    }

    /// Says something on a link past the core.
    func say(_ message: LinkMessage, from node: Int, on link: LinkID) {
        withSession(node, link) { $0.send(message, at: $1, into: &$2) }
        drain(node)
    }

    private func updateWritability(of channel: Driven.Channel) {
        let lane = wires[channel.wire].lanes[channel.end]
        let isFull = lane.isFull ? lane.underWay > options.capacity / 2 : lane.underWay > options.capacity
        guard isFull != lane.isFull else { return }
        wires[channel.wire].lanes[channel.end].isFull = isFull
        let end = wires[channel.wire].ends[channel.end]
        withSession(end.node, end.link) { $0.setWritable(!isFull, at: $1, into: &$2) }
    }

    func deliver(wire: Int, lane: Int) {
        guard let delivery = wires[wire].lanes[lane].pop() else { return }
        let (sender, receiver) = (wires[wire].ends[lane], wires[wire].ends[1 - lane])
        if let channel = nodes[sender.node].channels[sender.link] {
            updateWritability(of: channel)
            drain(sender.node)
        }
        guard let bytes = delivery.bytes else {
            withSession(receiver.node, receiver.link) { $0.disconnected(nil, at: $1, into: &$2) }
            return drain(receiver.node)
        }
        for piece in options.cutting.pieces(of: bytes, random: &random) {
            withSession(receiver.node, receiver.link) { $0.receive(piece, at: $1, into: &$2) }
            drain(receiver.node)
        }
    }

    /// The dial's end must reach the core before the link does.
    func noteEnd(of link: LinkID, _ event: LinkEvent, at node: Int) {
        guard let dial = nodes[node].channels[link]?.dial else { return }
        switch event {
        case .established:
            nodes[node].channels[link]?.dial = nil
            nodes[node].peer.dialSucceeded(dial)
        case .closed(let reason):
            nodes[node].channels[link]?.dial = nil
            enter(node) { peer, now, outbox in peer.dialFailed(dial, reason: reason, at: now, into: &outbox) }
        default:
            break
        }
    }

    func removeChannel(_ link: LinkID, of node: Int, reason: String) {
        guard let channel = nodes[node].channels.removeValue(forKey: link) else { return }
        nodes[node].closings.append(reason)
        hangUp(wire: channel.wire, end: channel.end)
    }

    /// One end closes its socket; the other reads the end of the stream behind everything sent before.
    func hangUp(wire: Int, end: Int) {
        wires[wire].lanes[end].push(nil, at: now + options.latency + wires[wire].delay)
    }
}

// MARK: Streams past the core

extension Network {
    /// Opens a circuit stream on the link between two nodes and writes to it, without the opener's core.
    func openRaw(from node: Int, to other: Int, _ bytes: [UInt8]) -> StreamKey? {
        guard let link = link(of: node, with: other) else { return nil }
        let number = 1_000_001 + 2 * UInt64(nodes[node].raw.count)
        let key = StreamKey(link: link, stream: StreamRef(number: number))
        nodes[node].raw[key] = Driven.RawStream()
        withSession(node, key.link) { $0.openStream(key.stream, at: $1, into: &$2) }
        writeRaw(bytes, to: key, at: node)
        return key
    }

    func writeRaw(_ bytes: [UInt8], to key: StreamKey, at node: Int) {
        withSession(node, key.link) { $0.write(Bytes(bytes: bytes), to: key.stream, at: $1, into: &$2) }
        drain(node)
    }

    /// Whether the event belongs to a stream that the test speaks on itself.
    func takesRaw(_ event: LinkEvent, on link: LinkID, at node: Int) -> Bool {
        guard let stream = event.stream else { return false }
        let key = StreamKey(link: link, stream: stream)
        if case .streamOpened = event, let answer = nodes[node].answersOpeningsWith {
            nodes[node].raw[key] = Driven.RawStream()
            withSession(node, link) { $0.write(Bytes(bytes: answer), to: stream, at: $1, into: &$2) }
        }
        guard nodes[node].raw[key] != nil else { return false }
        switch event {
        case .streamData(_, let bytes): nodes[node].raw[key]?.received.writeImmutableBuffer(bytes)
        case .streamFinished: nodes[node].raw[key]?.isFinished = true
        case .streamReset: nodes[node].raw[key]?.isReset = true
        default: break
        }
        return true
    }
}

extension LinkEvent {
    fileprivate var stream: StreamRef? {
        switch self {
        case .streamOpened(let stream), .libp2pStreamOpened(let stream), .streamData(let stream, _),
            .streamFinished(let stream), .streamReset(let stream), .streamSent(let stream, _):
            stream
        case .established, .message, .identified, .roundTrip, .closed: nil
        }
    }
}

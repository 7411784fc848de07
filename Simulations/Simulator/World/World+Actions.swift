import Gossip
import Inference
import Overlay

/// What a core asks for.
extension World {
    mutating func carryOut(_ action: PeerAction, of node: NodeIndex) {
        switch action {
        case .dial(let dial, let peer, let addresses):
            nodes[node.offset].dials[dial] = SimulatedNode.Dial(peer: peer, addresses: addresses)
            tryNextAddress(of: dial, from: node)
        case .send(let message, let link):
            send(message, on: link, from: node)
        case .close(let link, let reason):
            close(link, of: node, reason: reason)
        case .openStream(let key):
            withStreams(key.link, of: node) { $0.open(key.stream) }
        case .write(let bytes, let key):
            withStreams(key.link, of: node) { $0.write(bytes, to: key.stream) }
        case .finish(let key):
            withStreams(key.link, of: node) { $0.finish(key.stream) }
        case .reset(let key):
            withStreams(key.link, of: node) { $0.reset(key.stream) }
        case .consumed(let count, let key):
            withStreams(key.link, of: node) { $0.consumed(count, of: key.stream) }
        case .answerHead, .answerBody, .answerEnd, .exchangeFailed, .requestWritable:
            carryOutForCaller(action, of: node)
        case .serve, .requestBody, .requestEnd, .servingCancelled, .answerWritable:
            carryOutForBackend(action, of: node)
        case .catalogChanged(let change):
            noteChange(change, at: node)
        case .lookupFinished:
            // The checks at the end search on copies of the routing; nothing here begins a search in a core.
            break
        case .notice(let notice):
            notices[notice.level, default: 0] += 1
        }
    }

    private mutating func send(_ message: LinkMessage, on link: LinkID, from node: NodeIndex) {
        guard let end = nodes[node.offset].ends[link] else { return }
        let bytes = message.encode()
        nodes[node.offset].sent.count(MessageKind(message), bytes: bytes.readableBytes)
        transmit(.message(bytes), on: end.wire, to: end.side.other, by: node)
    }

    /// Everything that was sent before arrives before the end does.
    private mutating func close(_ link: LinkID, of node: NodeIndex, reason: String) {
        guard let end = nodes[node.offset].ends[link] else { return }
        hangUp(end.wire, at: end.side, reason: reason)
    }

    private mutating func withStreams(
        _ link: LinkID, of node: NodeIndex, _ body: (inout StreamTable) -> StreamTable.Output
    ) {
        guard let end = nodes[node.offset].ends[link],
            let output = wires.with(end.wire, { body(&$0[end.side].streams) })
        else { return }
        carryOut(output, of: node, end: end)
    }

    mutating func carryOut(_ output: StreamTable.Output, of node: NodeIndex, end: SimulatedNode.Attachment) {
        for (name, signal) in output.signals {
            nodes[node.offset].sent.count(.circuit, bytes: signal.length)
            transmit(.stream(name, signal), on: end.wire, to: end.side.other, by: node)
        }
        guard let link = wires[end.wire]?[end.side].link else { return }
        for (stream, count) in output.sent {
            nodes[node.offset].note(.streamSent(stream, count), on: link)
        }
    }

    // MARK: The catalog

    /// A node has signed something: the one moment at which the truth is known for certain.
    mutating func notePublication(by node: NodeIndex) {
        let peer = nodes[node.offset].peer
        guard let entry = peer.mesh.catalog[peer.id] else { return catalogCheck.ledger.withdrawn(by: peer.id) }
        catalogCheck.ledger.published(entry.bytes, sequence: entry.sequence, expiry: entry.expiry, by: peer.id)
        deliveries.published(entry.sequence, by: peer.id, at: now)
        // A further publisher: nobody lists everybody any more.
        for index in nodes.indices { noteCompleteness(of: NodeIndex(index)) }
    }

    private mutating func noteChange(_ change: CatalogChange, at node: NodeIndex) {
        var found: [Violation] = []
        let peer = nodes[node.offset].peer
        let wall = moment(of: node).wall
        let publisher = change.peer
        // What the catalog shows counts, not what the change says: a host that only cannot be reached is still listed.
        if let entry = peer.mesh.catalog[publisher] {
            catalogCheck.listed(
                entry.bytes, sequence: entry.sequence, expiry: entry.expiry, of: publisher, by: node, wall: wall,
                at: now, into: &found)
            if publisher != peer.id { deliveries.listed(entry.sequence, of: publisher, by: node, at: now) }
        } else {
            catalogCheck.unlisted(publisher, by: node, wall: wall, at: now, into: &found)
        }
        for violation in found { violations.note(violation) }
        noteCompleteness(of: node)
    }

    private mutating func noteCompleteness(of node: NodeIndex) {
        let isComplete = nodes[node.offset].peer.mesh.catalog.liveCount >= catalogCheck.ledger.liveCount
        switch (isComplete, nodes[node.offset].completeSince) {
        case (true, nil): nodes[node.offset].completeSince = now
        case (false, .some): nodes[node.offset].completeSince = nil
        default: break
        }
    }
}

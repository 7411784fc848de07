import Gossip
import Inference
import Overlay

/// What a core asks for.
extension Shard {
    mutating func carryOut(_ action: PeerAction, of node: NodeIndex) {
        switch action {
        case .dial(let dial, let peer, let addresses):
            self[node].dials[dial] = SimulatedNode.Dial(peer: peer, addresses: addresses)
            tryNextAddress(of: dial, from: node)
        case .send(let message, let link):
            for message in outgoing(message, on: link, from: node) { transmit(message, on: link, from: node) }
        case .close(let link, let reason):
            close(link, of: node, reason: reason)
        case .check(let link, let patience):
            check(link, within: patience, of: node)
        case .ask(let message, let introduction, let peer, let endpoint, let isFirst):
            ask(message, introduction: introduction, of: peer, at: endpoint, isFirst: isFirst, from: node)
        case .answer(let message, let introduction, let source):
            answer(message, introduction: introduction, to: source, from: node)
        case .dialBack(let nonce, let endpoint, let source):
            dialBack(nonce, to: endpoint, for: source, from: node)
        case .openStream(let key):
            withStreams(key.link, of: node) {
                $0.open(key.stream)
            } real: {
                $0.openStream(key.stream, at: $1, into: &$2)
            }
        case .write(let bytes, let key):
            withStreams(key.link, of: node) {
                $0.write(bytes, to: key.stream)
            } real: {
                $0.write(bytes, to: key.stream, at: $1, into: &$2)
            }
        case .finish(let key):
            withStreams(key.link, of: node) {
                $0.finish(key.stream)
            } real: {
                $0.finish(key.stream, at: $1, into: &$2)
            }
        case .reset(let key):
            withStreams(key.link, of: node) {
                $0.reset(key.stream)
            } real: {
                $0.reset(key.stream, at: $1, into: &$2)
            }
        case .consumed(let count, let key):
            withStreams(key.link, of: node) {
                $0.consumed(count, of: key.stream)
            } real: {
                $0.consumed(count, of: key.stream, at: $1, into: &$2)
            }
        case .answerHead, .answerBody, .answerEnd, .exchangeFailed, .requestWritable:
            carryOutForCaller(action, of: node)
        case .serve, .requestBody, .requestEnd, .servingCancelled, .answerWritable:
            carryOutForBackend(action, of: node)
        case .lookupFinished(let id, let result):
            noteLookup(id, result, at: node)
        case .registrarAnswered, .searchFinished:
            // No workload searches services in the DHT.
            break
        case .catalogChanged(let change):
            noteChange(change, at: node)
        case .revocationsChanged:
            // Nodes of a world have no disk.
            break
        case .notice:
            // Texts for the operators of real nodes; the world asks for none.
            break
        }
    }

    /// Sends a message on a link, whoever wants that.
    mutating func transmit(_ message: LinkMessage, on link: LinkID, from node: NodeIndex) {
        guard let end = self[node].links[link], ends[end] != nil else { return }
        defer { watchStrangers(end, link: link, of: node) }
        switch setup.plan.fidelity {
        case .values:
            let letter = Letter(message)
            countSent(letter.kind, bytes: letter.length, on: end, by: node)
            checkSometimes(letter, by: node)
            transmit(.letter(letter), on: end)
        case .encoded:
            let bytes = message.encode()
            countSent(MessageKind(message), bytes: bytes.readableBytes, on: end, by: node)
            transmit(.message(bytes), on: end)
        case .real:
            countSent(MessageKind(message), bytes: MessageMeasure(message).length, on: end, by: node)
            withSession(end, of: node) { $0.send(message, at: $1, into: &$2) }
        }
    }

    /// Whoever dialed and was not admitted gets few bytes.
    private mutating func watchStrangers(_ end: EndRef, link: LinkID, of node: NodeIndex) {
        guard let total = ends[end]?.sentToStranger, total > 0, ends[end]?.side == .acceptor else { return }
        var found: [Violation] = []
        BoundCheck().sentToStranger(total: total, by: node, at: now, into: &found)
        for violation in found { observe(.violation(violation), at: node) }
    }

    /// Everything that was sent before arrives before the end does.
    private mutating func close(_ link: LinkID, of node: NodeIndex, reason: String) {
        guard let end = self[node].links[link] else { return }
        guard setup.plan.fidelity != .real else {
            return withSession(end, of: node) { $0.close(reason: reason, at: $1, into: &$2) }
        }
        hangUp(end, reason: reason)
    }

    /// The other side of a link that is asked answers unless its end is silent: then the link ends sooner.
    private mutating func check(_ link: LinkID, within patience: TimeSpan, of node: NodeIndex) {
        guard let end = self[node].links[link], let state = ends[end] else { return }
        guard setup.plan.fidelity != .real else {
            return withSession(end, of: node) { $0.check(within: patience, at: $1, into: &$2) }
        }
        guard state.isSilent else { return }
        schedule(.silence(end, number: state.silence), for: node, at: now + patience, by: node)
    }

    private mutating func withStreams(
        _ link: LinkID, of node: NodeIndex, _ body: (inout StreamTable) -> StreamTable.Output,
        real: (inout LinkSession, Instant, inout LinkSession.Outbox) -> Void
    ) {
        guard let end = self[node].links[link], ends[end] != nil else { return }
        guard setup.plan.fidelity != .real else { return withSession(end, of: node, real) }
        guard let output = ends[end].mutate({ body(&$0.streams) }) else { return }
        carryOut(output, of: node, end: end)
    }

    mutating func carryOut(_ output: StreamTable.Output, of node: NodeIndex, end: EndRef) {
        for (name, signal) in output.signals {
            countSent(.circuit, bytes: signal.length, by: node)
            transmit(.stream(name, signal), on: end)
        }
        guard let link = ends[end]?.link else { return }
        for (stream, count) in output.sent { self[node].note(.streamSent(stream, count), on: link) }
    }

    /// One message in 64 is written and read, so that worlds of shared values notice, too, when that changes anything.
    private mutating func checkSometimes(_ letter: Letter, by node: NodeIndex) {
        guard letter.digest & 63 == 0 else { return }
        let bytes = letter.message.encode()
        guard bytes.readableBytes == letter.length, let read = try? LinkMessage(decoding: bytes),
            MessageMeasure(read).digest == letter.digest
        else {
            let text = "a message of kind \(letter.kind) means something else once it was written and read"
            return observe(.violation(Violation(.codec, at: now, node: node, text)), at: node)
        }
    }

    /// Counts a message, and what strangers get.
    private mutating func countSent(_ kind: MessageKind, bytes: Int, on end: EndRef, by node: NodeIndex) {
        countSent(kind, bytes: bytes, by: node)
        switch kind {
        case .hello, .verdict: ends[end]?.sentToStranger += UInt64(bytes)
        default: break
        }
    }

    // MARK: The catalog

    /// A node has signed something: the one moment at which the truth is known for certain.
    mutating func notePublication(by node: NodeIndex) {
        let own = setup.ids[node.offset]
        guard let entry = self[node].peer.mesh.catalog[own] else { return observe(.withdrawn, at: node) }
        if setup.plan.isOneWorld { conspiracy.published(entry.bytes) }
        observe(.published(entry), at: node)
    }

    /// What the catalog shows counts, not what the change says: a host that only cannot be reached is still listed.
    private mutating func noteChange(_ change: CatalogChange, at node: NodeIndex) {
        let wall = moment(of: node).wall
        guard let entry = self[node].peer.mesh.catalog[change.peer] else {
            return observe(.unlisted(change.peer, wall: wall), at: node)
        }
        if case .removed = change, let host = setup.numbers[change.peer], isReachable(host, from: node),
            mayBeHeard(host, by: node)
        {
            observe(.accused(host), at: node)
        }
        observe(.listed(entry, wall: wall, from: teller), at: node)
    }

    // MARK: Searches

    private mutating func noteLookup(_ id: LookupID, _ result: LookupResult, at node: NodeIndex) {
        guard let lookup = self[node].lookups.removeValue(forKey: id) else { return }
        self[node].trace.note(
            .lookup, at: now, content: UInt64(result.closest.count) << 32 | UInt64(result.counters.queries))
        observe(.lookup(lookup, result), at: node)
    }

    /// A user of a node searches another node.
    mutating func search(_ target: NodeIndex, from node: NodeIndex) {
        guard self[node].isRunning else { return }
        self[node].lastLookup += 1
        let id = LookupID(self[node].lastLookup)
        self[node].lookups[id] = UserLookup(target: target, startedAt: now)
        observe(.lookupStarted, at: node)
        let key = NodeKey(setup.ids[target.offset])
        enter(node) { peer, now, outbox in peer.lookup(key, id: id, at: now, into: &outbox) }
    }
}

extension Optional {
    /// Changes what is there, in its place; nil when nothing is.
    mutating func mutate<Result>(_ body: (inout Wrapped) -> Result) -> Result? {
        guard self != nil else { return nil }
        return body(&self!)
    }
}

import Inference
import Overlay

/// What travels, and how links end.
extension Shard {
    /// Sends something to the other end of a wire; nothing while that is unknown.
    mutating func transmit(_ parcel: Parcel, on end: EndRef) {
        guard let there = ends[end]?.there, let node = ends[end]?.node, let other = ends[end]?.other else { return }
        guard let arrival = arrival(of: parcel, sentOn: end, by: node, to: other) else { return }
        guard arrival <= now + WireSettings.silence.longest else { return starve(end, to: there, of: other, by: node) }
        schedule(.arrival(parcel, at: there, from: end, by: node), for: other, at: arrival, by: node)
    }

    /// So many packets are lost that the keep-alives of both ends give up before anything arrives.
    private mutating func starve(_ end: EndRef, to there: EndRef, of other: NodeIndex, by node: NodeIndex) {
        guard let state = ends[end], !state.isSilent else { return }
        ends[end]?.silence += 1
        let limit = watch(end, state, number: state.silence + 1)
        schedule(.arrival(.end, at: there, from: end, by: node), for: other, at: now + limit, by: node)
    }

    /// When what is sent now on an end comes to the other node's access link.
    mutating func arrival(
        of parcel: Parcel, sentOn end: EndRef, by node: NodeIndex, to other: NodeIndex
    ) -> VirtualTime? {
        let network = setup.network
        var departure = now
        if network.bandwidth != nil {
            departure = self[node].wayOut.pass(
                parcel.lengthOnWire(in: network), at: now, bandwidth: network.bandwidth)
        }
        let impairment = conditions.impairment(from: node, to: other)
        return ends[end].mutate { $0.lane.send(parcel, at: departure, in: network, under: impairment) }
    }

    /// What arrives waits until the node's access link has taken all that came before.
    mutating func queueUp(_ parcel: Parcel, at end: EndRef, of node: NodeIndex, from: EndRef, by other: NodeIndex) {
        let network = setup.network
        guard network.bandwidth != nil else { return arrive(parcel, at: end, of: node, from: from, by: other) }
        let passed = self[node].wayIn.pass(parcel.lengthOnWire(in: network), at: now, bandwidth: network.bandwidth)
        schedule(.taken(parcel, at: end, from: from, by: other), for: node, at: passed, by: node)
    }

    mutating func arrive(_ parcel: Parcel, at end: EndRef, of node: NodeIndex, from: EndRef, by other: NodeIndex) {
        guard self[node].life != .crashed else { return }
        guard let holds = ends[end]?.holdsBack else { return refuse(parcel, from: from, of: other, at: node) }
        guard !holds, conditions.passes(from: other, to: node) else {
            ends[end]?.held.append(parcel)
            return
        }
        // A refusal comes from no end.
        if ends[end]?.there == nil, !parcel.isEnd { ends[end]?.there = from }
        take(parcel, at: end, of: node)
    }

    /// Somebody speaks on a connection that this machine knows nothing of.
    private mutating func refuse(_ parcel: Parcel, from: EndRef, of other: NodeIndex, at node: NodeIndex) {
        guard !parcel.isEnd else { return }
        let wire = self[node].newWire()
        var path = StreamPath(from: node, to: other, of: wire, isReturn: true, in: setup.network)
        let arrival =
            now
            + path.delay(
                of: Parcel.end.length, isFirst: false, at: now, in: setup.network,
                under: conditions.impairment(from: node, to: other))
        // It names no end of its own: nothing answers a refusal.
        schedule(.arrival(.end, at: from, from: from, by: node), for: other, at: arrival, by: node)
    }

    private mutating func take(_ parcel: Parcel, at end: EndRef, of node: NodeIndex) {
        switch parcel {
        case .handshake(let flight): handshake(flight, at: end, of: node)
        case .letter(let letter): deliver(letter.message, digest: letter.digest, at: end, of: node)
        case .message(let bytes): deliver(bytes, at: end, of: node)
        case .raw(let bytes): withSession(end, of: node, thenSettles: true) { $0.receive(bytes, at: $1, into: &$2) }
        case .ping(let sentAt): transmit(.pong(sentAt), on: end)
        case .pong(let sentAt): hear(.roundTrip(now.since(sentAt)), at: end, of: node)
        case .stream(let name, let signal): deliver(signal, on: name, at: end, of: node)
        case .end: ended(end, of: node)
        }
    }

    /// Hands one event of a link to its core; nothing when the core does not have the link.
    private mutating func hear(_ event: LinkEvent, at end: EndRef, of node: NodeIndex) {
        guard let link = ends[end]?.link else { return }
        self[node].note(event, on: link)
        settle(node)
    }

    private mutating func deliver(_ bytes: Bytes, at end: EndRef, of node: NodeIndex) {
        guard let message = try? LinkMessage(decoding: bytes) else {
            let text = "a message of \(bytes.readableBytes) bytes cannot be read"
            return observe(.violation(Violation(.codec, at: now, node: node, text)), at: node)
        }
        let measure = MessageMeasure(message)
        if message.encode() != bytes || measure.length != bytes.readableBytes {
            let text = "a message means something else once it was read"
            observe(.violation(Violation(.codec, at: now, node: node, text)), at: node)
        }
        deliver(message, digest: measure.digest, at: end, of: node)
    }

    private mutating func deliver(_ message: LinkMessage, digest: UInt64, at end: EndRef, of node: NodeIndex) {
        guard let link = ends[end]?.link else { return }
        self[node].pending.append(.link(link, .message(message), digest: digest))
        settle(node)
    }

    private mutating func deliver(_ signal: StreamSignal, on name: StreamName, at end: EndRef, of node: NodeIndex) {
        guard let link = ends[end]?.link,
            let (event, output) = ends[end].mutate({ $0.streams.receive(signal, on: name) })
        else { return }
        if let event { self[node].note(event, on: link) }
        carryOut(output, of: node, end: end)
        settle(node)
    }

    // MARK: Ends

    /// This end closes: what it sent before still arrives, then the other end hears of it.
    mutating func hangUp(_ end: EndRef, reason: String) {
        guard let node = ends[end]?.node else { return }
        transmit(.end, on: end)
        shut(end, of: node, reason: reason)
    }

    private mutating func ended(_ end: EndRef, of node: NodeIndex) {
        guard let state = ends[end] else { return }
        if state.hasSession {
            return withSession(end, of: node, thenSettles: true) { $0.disconnected(nil, at: $1, into: &$2) }
        }
        fail(end, state, of: node, reason: "the other side closed the connection")
    }

    /// A connection ends without this end having wanted it.
    mutating func fail(_ end: EndRef, _ state: WireEnd, of node: NodeIndex, reason: String) {
        guard state.link != nil || state.side == .acceptor else {
            return abandon(end, "connection refused", of: state.dial, from: node)
        }
        shut(end, of: node, reason: reason)
        settle(node)
    }

    /// An end hears and says nothing any more; its core is told as soon as it has time.
    private mutating func shut(_ end: EndRef, of node: NodeIndex, reason: String) {
        if let link = ends[end]?.link { self[node].note(.closed(reason), on: link) }
        remove(end, of: node)
    }

    mutating func remove(_ end: EndRef, of node: NodeIndex) {
        ends.remove(end)
        guard let place = self[node].ends.firstIndex(of: end) else { return }
        self[node].ends.remove(at: place)
    }

    /// A reset: this end loses the connection at once. The other end has to be told by whoever caused it.
    mutating func breakEnd(_ end: EndRef, reason: String) {
        guard let state = ends[end] else { return }
        if state.hasSession {
            return withSession(end, of: state.node, thenSettles: true) {
                $0.disconnected(reason, at: $1, into: &$2)
            }
        }
        fail(end, state, of: state.node, reason: reason)
    }

    // MARK: Silence

    /// Whether what is sent gets there and an answer comes back.
    func isReachable(_ other: NodeIndex, from node: NodeIndex) -> Bool {
        conditions.passes(from: node, to: other) && conditions.passes(from: other, to: node)
            && !conditions.isStalled(other) && !conditions.isDown(other)
    }

    /// Whether a packet can have come from another node since it went on, if it ever stood still.
    func mayBeHeard(_ other: NodeIndex, by node: NodeIndex) -> Bool {
        guard let resumption = conditions.resumption(of: other) else { return true }
        return now >= resumption + setup.network.base(from: other, to: node)
    }

    /// Something about the network has changed: ends that get no answer any more begin to wait, ends that do go on.
    mutating func review(_ end: EndRef) {
        guard let node = ends[end]?.node, let other = ends[end]?.other, let wasSilent = ends[end]?.isSilent else {
            return
        }
        let isSilent = !isReachable(other, from: node)
        if isSilent != wasSilent {
            ends[end]?.silence += 1
            if let state = ends[end], !state.hasSession {
                // The keep-alive finds out whether the other side still knows the connection.
                if isSilent { watch(end, state, number: state.silence) } else { transmit(.ping(now), on: end) }
            }
        }
        guard let state = ends[end], state.holdsBack, !state.isReleasing, conditions.passes(from: other, to: node)
        else {
            return
        }
        ends[end]?.isReleasing = true
        schedule(.release(end), for: node, at: now + state.lane.retransmission, by: node)
    }

    /// Lets the keep-alive give up when its time is over, and says when that is.
    @discardableResult
    private mutating func watch(_ end: EndRef, _ state: WireEnd, number: UInt32) -> TimeSpan {
        let subject = UInt64(state.node.number) << 32 | UInt64(state.other.number)
        let counter = UInt64(number) << 32 ^ (state.link?.number ?? 0)
        let limit = setup.draws.span(in: WireSettings.silence, .silence, of: subject, counter)
        schedule(.silence(end, number: number), for: state.node, at: now + limit, by: state.node)
        return limit
    }

    mutating func silenceEnds(_ end: EndRef, number: UInt32, of node: NodeIndex) {
        guard let state = ends[end], state.silence == number else { return }
        transmit(.end, on: end)
        fail(end, state, of: node, reason: "no answer to the keep-alive")
    }

    /// What was held comes in, all at once, unless nothing passes again.
    mutating func release(_ end: EndRef, of node: NodeIndex) {
        guard let state = ends[end] else { return }
        ends[end]?.isReleasing = false
        guard conditions.passes(from: state.other, to: node) else { return }
        ends[end]?.held = []
        for parcel in state.held where ends[end] != nil { take(parcel, at: end, of: node) }
    }
}

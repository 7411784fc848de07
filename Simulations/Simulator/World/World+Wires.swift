import Inference
import Overlay

/// What travels, and how links end.
extension World {
    mutating func transmit(_ parcel: Parcel, on id: WireID, to side: Wire.Side, by node: NodeIndex) {
        let now = now
        guard wires[id]?[side.other].isClosed == false,
            let arrival = wires.with(id, { $0[side].lane.send(parcel, at: now) })
        else { return }
        schedule(.arrival(parcel, on: id, at: side), at: arrival, by: node)
    }

    mutating func arrive(_ parcel: Parcel, on id: WireID, at side: Wire.Side) {
        guard let wire = wires[id] else { return }
        guard !cuts.separates(wire.pair), !wire[side].lane.isHolding else {
            wires.with(id) { $0[side].lane.hold(parcel) }
            return
        }
        wires.with(id) { $0[side].lane.arrived() }
        guard !wire[side].isClosed else { return }
        switch parcel {
        case .handshake(let flight): handshake(flight, on: id, at: side)
        case .message(let bytes): deliver(bytes, on: wire, at: side)
        case .ping(let sentAt): transmit(.pong(sentAt), on: id, to: side.other, by: wire[side].node)
        case .pong(let sentAt): hear(.roundTrip(now.since(sentAt)), on: wire[side].link, of: wire[side].node)
        case .stream(let name, let signal): deliver(signal, on: name, of: id, at: side)
        case .end: ended(id, wire: wire, at: side)
        }
    }

    /// Hands one event of a link to its core; nothing when the core does not have the link.
    mutating func hear(_ event: LinkEvent, on link: LinkID?, of node: NodeIndex) {
        guard let link else { return }
        nodes[node.offset].note(event, on: link)
        enter(node) { _, _, _ in }
    }

    private mutating func deliver(_ bytes: Bytes, on wire: Wire, at side: Wire.Side) {
        let node = wire[side].node
        guard let message = try? LinkMessage(decoding: bytes) else {
            let text = "a message of \(bytes.readableBytes) bytes cannot be read"
            return violations.note(Violation(.codec, at: now, node: node, text))
        }
        if message.encode() != bytes {
            violations.note(Violation(.codec, at: now, node: node, "a message means something else once it was read"))
        }
        guard let link = wire[side].link else { return }
        nodes[node.offset].pending.append(.link(link, .message(message), digest: Digest64.of(bytes)))
        enter(node) { _, _, _ in }
    }

    private mutating func deliver(_ signal: StreamSignal, on name: StreamName, of id: WireID, at side: Wire.Side) {
        guard let wire = wires[id], let link = wire[side].link,
            let (event, output) = wires.with(id, { $0[side].streams.receive(signal, on: name) })
        else { return }
        let node = wire[side].node
        if let event { nodes[node.offset].note(event, on: link) }
        carryOut(output, of: node, end: SimulatedNode.Attachment(wire: id, side: side))
        enter(node) { _, _, _ in }
    }

    // MARK: Ends

    /// One end closes: what it sent before still arrives, then the other end hears of it.
    mutating func hangUp(_ id: WireID, at side: Wire.Side, reason: String) {
        guard let wire = wires[id], !wire[side].isClosed else { return }
        transmit(.end, on: id, to: side.other, by: wire[side].node)
        shut(id, at: side, reason: reason)
    }

    private mutating func ended(_ id: WireID, wire: Wire, at side: Wire.Side) {
        if case .connecting = wire[side].state, side == .dialer { return dialHungUp(wire, id: id) }
        shut(id, at: side, reason: "the other side closed the connection")
        enter(wire[side].node) { _, _, _ in }
    }

    /// An end hears and says nothing any more; its core is told as soon as it has time.
    private mutating func shut(_ id: WireID, at side: Wire.Side, reason: String) {
        guard let wire = wires[id] else { return }
        wires.with(id) { $0[side].state = .closed }
        if let link = wire[side].link { nodes[wire[side].node.offset].note(.closed(reason), on: link) }
        if wires[id]?.isOver == true { wires.remove(id) }
    }

    // MARK: Faults

    mutating func happen(_ fault: Fault.Kind) {
        trace.note(.fault, at: now, node: NodeIndex(0), content: 0)
        switch fault {
        case .partition(let island):
            cuts.cut(off: island)
            for id in wires.ids { watchForSilence(id) }
        case .cut(let one, let other):
            cuts.cut(NodePair(one, other))
            for id in wires.ids { watchForSilence(id) }
        case .heal:
            cuts.heal()
            for id in wires.ids { release(id) }
        case .breakLink(let one, let other):
            for id in wires.ids where wires[id]?.pair == NodePair(one, other) { breakWire(id, "connection reset") }
        }
    }

    private mutating func watchForSilence(_ id: WireID) {
        guard let wire = wires[id], cuts.separates(wire.pair) else { return }
        let limit = draws.span(in: settings.network.silence, .silence, of: wire.pair.subject, UInt64(cuts.epoch))
        schedule(.silence(id, epoch: cuts.epoch), at: now + limit)
    }

    mutating func silenceEnds(_ id: WireID, epoch: UInt32) {
        guard epoch >= cuts.healedAt, let wire = wires[id], cuts.separates(wire.pair) else { return }
        breakWire(id, "no answer to the keep-alive")
    }

    /// Both ends lose the link without a word to each other.
    private mutating func breakWire(_ id: WireID, _ reason: String) {
        guard let wire = wires[id] else { return }
        if case .connecting = wire[.dialer].state { dialHungUp(wire, id: id) }
        for side in [Wire.Side.dialer, .acceptor] where wires[id] != nil {
            shut(id, at: side, reason: reason)
            enter(wire[side].node) { _, _, _ in }
        }
        wires.remove(id)
    }

    private mutating func release(_ id: WireID) {
        let now = now
        for side in [Wire.Side.dialer, .acceptor] {
            guard let wire = wires[id], let parcels = wires.with(id, { $0[side].lane.release(at: now) }) else {
                continue
            }
            for (parcel, arrival) in parcels {
                schedule(.arrival(parcel, on: id, at: side), at: arrival, by: wire[side.other].node)
            }
        }
    }
}

import Inference
import Overlay

/// Connections being made.
extension World {
    /// Between the refusal of one address and the report that there is none left.
    private static let reportDelay = TimeSpan.milliseconds(1)

    mutating func tryNextAddress(of dial: DialID, from node: NodeIndex) {
        guard let state = nodes[node.offset].dials[dial] else { return }
        guard let address = state.addresses.first else {
            return schedule(.dialEnded(dial, of: node), at: now + Self.reportDelay, by: node)
        }
        nodes[node.offset].dials[dial]?.addresses.removeFirst()
        guard let there = AddressPlan.node(at: address), there.offset < nodes.count else {
            return addressFailed("\(address): nobody is there", of: dial, from: node)
        }
        let wire = wires.insert(
            Wire(
                from: node, to: there, dial: dial, expecting: state.peer ?? address.peer, settings: settings.network,
                draws: draws))
        nodes[node.offset].dials[dial]?.wire = wire
        transmit(.handshake(0), on: wire, to: .acceptor, by: node)
        schedule(.dialTimeout(dial, of: node, wire: wire), at: now + settings.network.dialTimeout, by: node)
    }

    private mutating func addressFailed(_ complaint: String, of dial: DialID, from node: NodeIndex) {
        nodes[node.offset].dials[dial]?.complaints.append(complaint)
        nodes[node.offset].dials[dial]?.wire = nil
        tryNextAddress(of: dial, from: node)
    }

    mutating func endDial(_ dial: DialID, of node: NodeIndex) {
        guard let state = nodes[node.offset].dials.removeValue(forKey: dial) else { return }
        trace.note(.dialFailed, at: now, node: node, content: dial.number)
        let reason = state.complaints.isEmpty ? "it has no address" : state.complaints.joined(separator: "; ")
        enter(node) { peer, now, outbox in peer.dialFailed(dial, reason: reason, at: now, into: &outbox) }
    }

    mutating func dialTimedOut(_ dial: DialID, of node: NodeIndex, wire: WireID) {
        guard nodes[node.offset].dials[dial]?.wire == wire else { return }
        abandon(wire, "no answer in time", of: dial, from: node)
    }

    private mutating func abandon(_ wire: WireID, _ complaint: String, of dial: DialID, from node: NodeIndex) {
        hangUp(wire, at: .dialer, reason: complaint)
        addressFailed(complaint, of: dial, from: node)
    }

    // MARK: Handshakes

    /// Flights go to and fro; the last but one makes the acceptor's link, the last one the dialer's.
    mutating func handshake(_ flight: Int, on id: WireID, at side: Wire.Side) {
        guard let wire = wires[id], case .connecting = wire[side].state else { return }
        let node = wire[side].node
        let last = 2 * max(1, settings.network.handshakeRoundTrips) - 1
        if side == .acceptor {
            guard nodes[node.offset].hasStarted else { return refuse(id, at: node) }
            transmit(.handshake(flight + 1), on: id, to: .dialer, by: node)
            if flight + 1 == last { establish(id, at: .acceptor) }
        } else if flight == last {
            finishDial(id, wire: wire, at: node)
        } else {
            transmit(.handshake(flight + 1), on: id, to: .acceptor, by: node)
        }
    }

    /// Nobody listens there yet.
    private mutating func refuse(_ id: WireID, at node: NodeIndex) {
        transmit(.end, on: id, to: .dialer, by: node)
        wires.with(id) { $0[.acceptor].state = .closed }
    }

    private mutating func finishDial(_ id: WireID, wire: Wire, at node: NodeIndex) {
        guard nodes[node.offset].dials[wire.dial]?.wire == id else { return }
        let there = nodes[wire[.acceptor].node.offset].peer.id
        if let expected = wire.expecting, expected != there {
            return abandon(id, "\(there) answers there, not \(expected)", of: wire.dial, from: node)
        }
        establish(id, at: .dialer)
    }

    /// The end's core gets a number for the link and hears who is at the other end.
    private mutating func establish(_ id: WireID, at side: Wire.Side) {
        guard let wire = wires[id] else { return }
        let node = wire[side].node
        let other = wire[side.other].node
        let link = nodes[node.offset].newLink()
        wires.with(id) { $0[side].state = .established(link) }
        nodes[node.offset].ends[link] = SimulatedNode.Attachment(wire: id, side: side)
        transmit(.ping(now), on: id, to: side.other, by: node)
        let address = AddressPlan.address(of: other).description
        let direction: LinkDirection = side == .dialer ? .outbound : .inbound
        hear(.established(nodes[other.offset].peer.id, direction, address: address), on: link, of: node)
    }

    /// The dial's end must reach the core before the link does, so that it knows both are one.
    mutating func noteDialSuccess(_ link: LinkID, of node: NodeIndex) {
        guard let end = nodes[node.offset].ends[link], end.side == .dialer, let dial = wires[end.wire]?.dial,
            nodes[node.offset].dials.removeValue(forKey: dial) != nil
        else { return }
        trace.note(.dialSucceeded, at: now, node: node, content: dial.number)
        nodes[node.offset].peer.dialSucceeded(dial)
    }

    /// A dial whose other side hung up during the handshakes.
    mutating func dialHungUp(_ wire: Wire, id: WireID) {
        let node = wire[.dialer].node
        guard nodes[node.offset].dials[wire.dial]?.wire == id else { return }
        abandon(id, "connection refused", of: wire.dial, from: node)
    }
}

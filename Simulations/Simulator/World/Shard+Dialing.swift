import Inference
import Overlay

/// Connections being made.
extension Shard {
    mutating func tryNextAddress(of dial: DialID, from node: NodeIndex) {
        guard let state = self[node].dials[dial] else { return }
        guard let address = state.addresses.first else {
            return schedule(.dialEnded(dial), for: node, at: now + RealTimes.report, by: node)
        }
        self[node].dials[dial]?.addresses.removeFirst()
        guard let there = AddressPlan.node(at: address), there.offset < setup.plan.nodes else {
            return addressFailed("\(address): nobody is there", of: dial, from: node)
        }
        guard misbehaviors[node]?.mayLink(with: there) ?? true else {
            return addressFailed("\(address): not wanted", of: dial, from: node)
        }
        connect(node, to: there, for: dial, expecting: state.peer ?? address.peer)
    }

    mutating func connect(_ node: NodeIndex, to there: NodeIndex, for dial: DialID, expecting: PeerID?) {
        let wire = self[node].newWire()
        let end = insert(node: node, other: there, side: .dialer, wire: wire, dial: dial, expecting: expecting)
        self[node].dials[dial]?.wire = end
        schedule(.handshakeTimeout(end), for: node, at: now + RealTimes.handshake, by: node)
        guard let arrival = arrival(of: .handshake(0), sentOn: end, by: node, to: there) else { return }
        schedule(.dialed(by: node, from: end, wire: wire), for: there, at: arrival, by: node)
    }

    private mutating func insert(
        node: NodeIndex, other: NodeIndex, side: WireEnd.Side, wire: UInt64, dial: DialID, expecting: PeerID?
    ) -> EndRef {
        let path = StreamPath(from: node, to: other, of: wire, isReturn: side == .acceptor, in: setup.network)
        let end = ends.insert(
            WireEnd(
                node: node, other: other, side: side, dial: dial, expecting: expecting, path: path,
                window: WireSettings.streamWindow))
        self[node].ends.append(end)
        return end
    }

    /// A connection is asked for. Whoever does not run refuses, if there is still a machine to do so.
    mutating func answerDial(of node: NodeIndex, by other: NodeIndex, from: EndRef, wire: UInt64) {
        guard self[node].life != .crashed, isReachable(other, from: node), !setup.isTranslated(node) else { return }
        let end = insert(node: node, other: other, side: .acceptor, wire: wire, dial: DialID(number: 0), expecting: nil)
        ends[end]?.there = from
        guard self[node].isRunning, misbehaviors[node]?.mayLink(with: other) ?? true else {
            transmit(.end, on: end)
            return remove(end, of: node)
        }
        transmit(.handshake(1), on: end)
        schedule(.handshakeTimeout(end), for: node, at: now + RealTimes.handshake, by: node)
        if setup.plan.fidelity == .real { openSession(end, of: node) }
    }

    private mutating func addressFailed(_ complaint: String, of dial: DialID, from node: NodeIndex) {
        self[node].dials[dial]?.complaints.append(complaint)
        self[node].dials[dial]?.wire = nil
        tryNextAddress(of: dial, from: node)
    }

    mutating func endDial(_ dial: DialID, of node: NodeIndex) {
        guard self[node].isRunning, let state = self[node].dials.removeValue(forKey: dial) else { return }
        self[node].trace.note(.dialFailed, at: now, content: dial.number)
        let reason = state.complaints.isEmpty ? "it has no address" : state.complaints.joined(separator: "; ")
        enter(node) { peer, now, outbox in peer.dialFailed(dial, reason: reason, at: now, into: &outbox) }
    }

    /// An end whose handshakes have not ended by now is given up.
    mutating func handshakeTimedOut(_ end: EndRef, of node: NodeIndex) {
        guard let state = ends[end], case .connecting = state.state else { return }
        if state.side == .dialer { return abandon(end, "no answer in time", of: state.dial, from: node) }
        transmit(.end, on: end)
        remove(end, of: node)
    }

    /// The dialer gives up one address.
    mutating func abandon(_ end: EndRef, _ complaint: String, of dial: DialID, from node: NodeIndex) {
        hangUp(end, reason: complaint)
        guard self[node].dials[dial]?.wire == end else { return }
        addressFailed(complaint, of: dial, from: node)
    }

    // MARK: Handshakes

    /// Flights go to and fro; with the last but one the dialer knows who the other side is, with the last one the acceptor.
    mutating func handshake(_ flight: Int, at end: EndRef, of node: NodeIndex) {
        guard let state = ends[end], case .connecting = state.state else { return }
        if flight == 1, setup.plan.fidelity == .real { return openSession(end, of: node) }
        guard flight < Parcel.lastFlight - 1 else {
            return state.side == .dialer ? finishDial(end, state, of: node) : establish(end, of: node)
        }
        transmit(.handshake(flight + 1), on: end)
    }

    private mutating func finishDial(_ end: EndRef, _ state: WireEnd, of node: NodeIndex) {
        let there = setup.ids[state.other.offset]
        if let expected = state.expecting, expected != there {
            return abandon(end, "\(there) answers there, not \(expected)", of: state.dial, from: node)
        }
        transmit(.handshake(Parcel.lastFlight), on: end)
        establish(end, of: node)
    }

    /// The end's core gets a number for the link and hears who is at the other end.
    private mutating func establish(_ end: EndRef, of node: NodeIndex) {
        guard let link = bind(end, of: node), let state = ends[end] else { return }
        transmit(.ping(now), on: end)
        let address = AddressPlan.address(of: state.other).description
        let direction: LinkDirection = state.side == .dialer ? .outbound : .inbound
        self[node].note(.established(setup.ids[state.other.offset], direction, address: address), on: link)
        settle(node)
    }

    /// Gives an end a number that the core knows it by.
    mutating func bind(_ end: EndRef, of node: NodeIndex) -> LinkID? {
        guard ends[end] != nil else { return nil }
        let link = self[node].newLink()
        ends[end]?.state = .established(link)
        self[node].links.append(link, end)
        return link
    }

    /// The dial's end must reach the core before the link does, so that it knows both are one.
    mutating func noteDialSuccess(_ link: LinkID, of node: NodeIndex) {
        guard let end = self[node].links[link], let state = ends[end], state.side == .dialer,
            self[node].dials.removeValue(forKey: state.dial) != nil
        else { return }
        self[node].trace.note(.dialSucceeded, at: now, content: state.dial.number)
        self[node].peer.dialSucceeded(state.dial)
    }
}

import Inference
import Overlay

/// Links that are real connections: the bytes of Noise and yamux travel, and everything else follows from them.
extension Shard {
    /// The TCP connection is there; its two ends begin to speak.
    mutating func openSession(_ end: EndRef, of node: NodeIndex) {
        guard let state = ends[end] else { return }
        let identity = setup.factory.identity(of: node)
        let wire = self[node].newWire()
        let random = RandomSource(seed: setup.draws.bytes(RandomSource.seedLength, .session, of: wire))
        let session = LinkSession(
            role: state.side == .dialer ? .initiator : .responder, identity: identity, expecting: state.expecting,
            address: AddressPlan.address(of: state.other).description, identify: IdentifyInfo(),
            settings: .link, random: random, at: moment(of: node).instant)
        ends[end]?.sessions = [session]
        withSession(end, of: node, thenSettles: true) { $0.start(at: $1, into: &$2) }
    }

    /// Runs one entry of a session, sends what it has for the wire and notes what it has for the core.
    mutating func withSession(
        _ end: EndRef, of node: NodeIndex, thenSettles: Bool = false,
        _ body: (inout LinkSession, Instant, inout LinkSession.Outbox) -> Void
    ) {
        var outbox = LinkSession.Outbox()
        let instant = moment(of: node).instant
        guard ends[end]?.hasSession == true, ends[end].mutate({ body(&$0.sessions[0], instant, &outbox) }) != nil else {
            return
        }
        for bytes in outbox.bytes { transmit(.raw(bytes), on: end) }
        for event in outbox.events { note(event, at: end, of: node) }
        armSession(end, of: node)
        if thenSettles { settle(node) }
    }

    private mutating func note(_ event: LinkEvent, at end: EndRef, of node: NodeIndex) {
        guard let state = ends[end] else { return }
        switch event {
        case .established:
            guard let link = bind(end, of: node) else { return }
            self[node].note(event, on: link)
        case .closed:
            transmit(.end, on: end)
            guard let link = state.link else {
                return state.side == .dialer
                    ? abandon(end, "the handshake failed", of: state.dial, from: node) : remove(end, of: node)
            }
            self[node].note(event, on: link)
            remove(end, of: node)
        default:
            guard let link = state.link else { return }
            self[node].note(event, on: link)
        }
    }

    private mutating func armSession(_ end: EndRef, of node: NodeIndex) {
        guard let state = ends[end], let deadline = state.sessions.first?.nextDeadline else { return }
        let time = max(self[node].clock.time(of: deadline), now)
        guard time < state.sessionArmedAt else { return }
        ends[end]?.sessionArmedAt = time
        schedule(.session(end), for: node, at: time, by: node)
    }

    mutating func wakeSession(_ end: EndRef, of node: NodeIndex) {
        guard let state = ends[end], state.sessionArmedAt <= now else { return }
        ends[end]?.sessionArmedAt = .distantFuture
        withSession(end, of: node, thenSettles: true) { $0.wake(at: $1, into: &$2) }
    }
}

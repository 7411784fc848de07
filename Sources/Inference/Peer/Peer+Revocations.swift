import Gossip
import Overlay

/// What revocations do to a node: tokens that it took for good are not, at the next request and on what is open.
extension Peer {
    /// Every revocation that this node knows.
    public var revocations: RevocationList { mesh.revocations }

    /// Takes revocations from whoever runs the mesh; they are passed on to all neighbours.
    /// - Returns: what became of each.
    public mutating func add(
        revocations: [[UInt8]], at now: Moment, into outbox: inout PeerOutbox
    ) -> [RevocationList.Acceptance] {
        let now = adjusted(now)
        var acceptances: [RevocationList.Acceptance] = []
        withMesh(at: now, into: &outbox) { acceptances = $0.add(revocations: revocations, at: now, into: &$1) }
        return acceptances
    }

    /// Begins with what an earlier run knew. There is nothing open yet that it could cut.
    mutating func begin(with revocations: [[UInt8]], at now: Moment) {
        guard !revocations.isEmpty else { return }
        var outbox = PeerOutbox(hearsNotices: false)
        _ = add(revocations: revocations, at: now, into: &outbox)
    }

    func isRevoked(_ peer: PeerID) -> Bool { admission.revocations.peers.contains(peer) }

    /// Whether a peer or its token was revoked since it was admitted.
    func isRevoked(_ admitted: Admitted) -> Bool {
        isRevoked(admitted.peer) || admission.isRevoked(admitted.token)
    }

    // MARK: Enforcing

    mutating func enforce(_ news: [Revocation], at now: Moment, into outbox: inout PeerOutbox) {
        admission.revocations.blocks = mesh.revocations.blocks
        admission.revocations.peers = mesh.revocations.peers
        let revokedPeers = news.compactMap(\.peer)
        for peer in revokedPeers { members[peer] = nil }
        cutServings(at: now, into: &outbox)
        cutRelays(into: &outbox)
        cutCallings(at: now, into: &outbox)
        reviewAdmissions(at: now, into: &outbox)
        if !revokedPeers.isEmpty {
            let barred = mesh.revocations.peers
            withKademlia(at: now, into: &outbox) { kademlia, _ in kademlia.bar(barred) }
        }
        outbox.notice(
            .info, "\(news.count == 1 ? "a revocation is" : "\(news.count) revocations are") new to this node")
        let wasRevoked = ownRevocation != nil
        ownRevocation = ownRefusal(at: now)
        if let refusal = ownRevocation, !wasRevoked {
            outbox.notice(.warning, "the other nodes refuse this one from now on: \(refusal)")
        }
        outbox.append(.revocationsChanged)
    }

    /// Why the others refuse this node, if this is why.
    private func ownRefusal(at now: Moment) -> AdmissionRefusal? {
        guard case .failure(let refusal) = tokens.admit(token, of: id, by: admission, at: now.own) else { return nil }
        return refusal.isRevocation ? refusal : nil
    }

    /// Requests that are being served: callers hear why, and the backend is told to stop.
    private mutating func cutServings(at now: Moment, into outbox: inout PeerOutbox) {
        for (id, serving) in servings {
            guard let admitted = serving.admitted, isRevoked(admitted) else { continue }
            let refusal: AdmissionRefusal = isRevoked(admitted.peer) ? .peerRevoked : .revoked
            switch serving.state {
            case .handshake, .ended: continue
            case .awaitingRequest:
                counters.circuitsRevoked &+= 1
                refuse(id, status: 401, code: refusal.code, "\(refusal)", into: &outbox)
            case .running(let answered):
                counters.circuitsRevoked &+= 1
                outbox.append(.servingCancelled(id))
                if answered {
                    let failure = ServingFailure(code: refusal.code, message: "\(refusal)", isRetryable: false)
                    send(.failure(failure), for: id, into: &outbox)
                    endServing(id, into: &outbox)
                } else {
                    refuse(id, status: 401, code: refusal.code, "\(refusal)", into: &outbox)
                }
            }
        }
    }

    /// Circuits that a revoked neighbour opened through this node, or that end at one.
    private mutating func cutRelays(into outbox: inout PeerOutbox) {
        for relay in relays.all {
            let ends = [relay.near, relay.far].compactMap { links[$0.link]?.admitted }
            guard ends.contains(where: isRevoked) else { continue }
            counters.circuitsRevoked &+= 1
            outbox.append(.reset(relay.near))
            outbox.append(.reset(relay.far))
            removeRelay(relay.number)
        }
    }

    /// Requests of local agents whose host was revoked: it gets no further byte.
    private mutating func cutCallings(at now: Moment, into outbox: inout PeerOutbox) {
        for (id, calling) in callings {
            let isHostRevoked = isRevoked(calling.host) || calling.hostAdmission.map(isRevoked) == true
            guard isHostRevoked else { continue }
            counters.circuitsRevoked &+= 1
            switch calling.state {
            case .opening: fail(id, .unreachable("the host was revoked"), at: now, into: &outbox)
            case .open: fail(id, .disconnected("the host was revoked"), at: now, into: &outbox)
            }
        }
    }
}

extension Revocation {
    fileprivate var peer: PeerID? {
        if case .peer(let peer) = subject { peer } else { nil }
    }
}

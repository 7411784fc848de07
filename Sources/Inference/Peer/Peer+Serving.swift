import Gossip
import Overlay

/// Requests of others for this node's services: the end-to-end session, the authorization, the way to the backend.
extension Peer {
    mutating func beginServing(
        _ key: StreamKey, first bytes: Bytes, at now: Moment, into outbox: inout PeerOutbox
    ) {
        let limits = settings.circuit
        guard let neighbour = links[key.link]?.peer, mesh.hasRevocations(of: neighbour) else {
            counters.circuitsLearning &+= 1
            return refuse(key, with: learningStatus, into: &outbox)
        }
        guard servings.count < limits.mostServed, !isLeaving else {
            return refuse(key, with: CircuitStatus(code: .busy, retryAfter: limits.retryAfter), into: &outbox)
        }
        let id = ServingID(number: numbers.serving)
        numbers.serving += 1
        circuits[key] = .serving(id)
        let session = CircuitSession.answer(identity: identity, meshID: meshID, random: random.fork())
        servings[id] = Serving(id: id, key: key, session: session, state: .handshake, lastUsed: now.instant)
        write(CircuitStatus(code: .open).encode(), for: id, into: &outbox)
        receive(bytes, for: id, at: now, into: &outbox)
    }

    private mutating func refuse(_ key: StreamKey, with status: CircuitStatus, into outbox: inout PeerOutbox) {
        forget(key)
        outbox.append(.write(status.encode(), to: key))
        outbox.append(.finish(key))
    }

    mutating func receive(_ bytes: Bytes, for id: ServingID, at now: Moment, into outbox: inout PeerOutbox) {
        guard bytes.readableBytes > 0, servings[id] != nil else { return }
        servings[id]?.lastUsed = now.instant
        do {
            let events = try servings[id]?.session.receive(bytes) ?? []
            for event in events {
                guard let serving = servings[id] else { return }
                switch event {
                case .ready:
                    throw CircuitError.unexpected
                case .greeted(let caller, let token, let wireLength):
                    outbox.append(.consumed(wireLength, of: serving.key))
                    try greet(caller, token: token, for: serving, at: now, into: &outbox)
                case .record(let record, let wireLength):
                    try receive(record, wireLength: wireLength, for: serving, at: now, into: &outbox)
                }
            }
        } catch {
            guard let key = servings[id]?.key else { return }
            counters.drop(.malformedCircuit)
            outbox.append(.reset(key))
            callerGone(id, into: &outbox)
        }
    }

    /// The caller proved its key; its token decides whether it may ask anything at all.
    private mutating func greet(
        _ caller: PeerID, token: [UInt8], for serving: Serving, at now: Moment, into outbox: inout PeerOutbox
    ) throws(CircuitError) {
        guard let reply = servings[serving.id]?.session.accept(token: self.token) else { throw .unexpected }
        servings[serving.id]?.caller = caller
        write(reply, for: serving.id, into: &outbox)
        switch tokens.admit(token, of: caller, by: admission, at: now.own) {
        case .success(let admitted):
            servings[serving.id]?.admitted = admitted
            servings[serving.id]?.state = .awaitingRequest(admitted)
        case .failure(let refusal):
            if refusal.isRevocation { counters.drop(refusal) }
            let code = refusal.isRevocation ? refusal.code : "invalid_token"
            refuse(serving.id, status: 401, code: code, "\(refusal)", into: &outbox)
        }
    }

    private mutating func receive(
        _ record: CircuitRecord, wireLength: Int, for serving: Serving, at now: Moment, into outbox: inout PeerOutbox
    ) throws(CircuitError) {
        switch (record, serving.state) {
        case (.request(let head), .awaitingRequest(let admitted)):
            outbox.append(.consumed(wireLength, of: serving.key))
            authorize(head, of: admitted, for: serving, at: now, into: &outbox)
        case (.body(let content), .running):
            outbox.append(.consumed(wireLength - content.readableBytes, of: serving.key))
            outbox.append(.requestBody(serving.id, content))
        case (.end, .running):
            outbox.append(.consumed(wireLength, of: serving.key))
            servings[serving.id]?.isRequestComplete = true
            outbox.append(.requestEnd(serving.id))
        case (_, .ended):
            outbox.append(.consumed(wireLength, of: serving.key))
        default:
            throw .unexpected
        }
    }

    private mutating func authorize(
        _ head: RequestHead, of admitted: Admitted, for serving: Serving, at now: Moment,
        into outbox: inout PeerOutbox
    ) {
        let path: ServicePath
        do {
            path = try ServicePath(parsing: head.path)
        } catch {
            return refuse(serving.id, status: 400, code: "invalid_path", error.rawValue, into: &outbox)
        }
        let decision = authorizer.authorize(admitted, service: path.service, peer: admitted.peer, at: now.own)
        switch decision {
        case .refused(let refusal):
            let status = UInt16(clamping: refusal.status)
            refuse(serving.id, status: status, code: refusal.code, refusal.message, into: &outbox)
        case .allowed where !offers.contains { $0.name == path.service }:
            // Said only to those who may use it: a stranger must not learn what exists.
            refuse(serving.id, status: 404, code: "service_not_found", "Service not found", into: &outbox)
        case .allowed where isFull(path.service):
            subscribe(admitted, to: path.service, at: now)
            sayBusy(path.service, to: serving.id, into: &outbox)
        case .allowed:
            counters.requestsServed &+= 1
            servings[serving.id]?.state = .running(answered: false)
            servings[serving.id]?.service = path.service
            subscribe(admitted, to: path.service, at: now)
            loadChanged(of: path.service)
            outbox.append(.serve(serving.id, head, path, admitted.caller))
        }
    }

    private mutating func sayBusy(_ service: ServiceName, to id: ServingID, into outbox: inout PeerOutbox) {
        counters.requestsBusy &+= 1
        let failure = ServingFailure(
            code: "busy", message: "all slots of \(service) are taken", isRetryable: true,
            retryAfter: settings.circuit.retryAfter)
        send(.failure(failure), for: id, into: &outbox)
        endServing(id, into: &outbox)
    }

    mutating func refuse(
        _ id: ServingID, status: UInt16, code: String, _ message: String, into outbox: inout PeerOutbox
    ) {
        counters.requestsRefused &+= 1
        if let caller = servings[id]?.caller {
            outbox.notice(.info, about: caller, "refused a request of \(caller): \(message)")
        }
        send(.refusal(status: status, code: code, message: message), for: id, into: &outbox)
        endServing(id, into: &outbox)
    }

    // MARK: What the backend does

    /// The head of the backend's answer.
    public mutating func answer(_ id: ServingID, _ head: ResponseHead, into outbox: inout PeerOutbox) {
        if let local = locals.exchange(of: id) { return answerLocally(local, head, into: &outbox) }
        guard case .running(answered: false) = servings[id]?.state else { return }
        servings[id]?.state = .running(answered: true)
        send(.response(head), for: id, into: &outbox)
    }

    /// Part of the answer's body. True when the writer has to wait for ``PeerAction/answerWritable(_:)``.
    public mutating func answerBody(
        _ bytes: Bytes, of id: ServingID, at now: Moment, into outbox: inout PeerOutbox
    ) -> Bool {
        let now = adjusted(now)
        if let local = locals.exchange(of: id) { return answerLocalBody(bytes, of: local, into: &outbox) }
        guard case .running(answered: true) = servings[id]?.state else { return false }
        servings[id]?.lastUsed = now.instant
        var bytes = bytes
        while let cell = bytes.readCell() { send(.body(cell), for: id, into: &outbox) }
        return servings[id]?.pressure.isPaused ?? false
    }

    /// The answer is complete.
    public mutating func answerEnd(_ id: ServingID, into outbox: inout PeerOutbox) {
        if let local = locals.exchange(of: id) { return endLocalAnswer(local, into: &outbox) }
        guard case .running(answered: true) = servings[id]?.state else { return }
        send(.end, for: id, into: &outbox)
        endServing(id, into: &outbox)
    }

    /// The backend could not answer, or broke off.
    public mutating func answerFailed(_ id: ServingID, _ failure: ServingFailure, into outbox: inout PeerOutbox) {
        if let local = locals.exchange(of: id) { return failLocally(local, failure, into: &outbox) }
        guard case .running = servings[id]?.state else { return }
        send(.failure(failure), for: id, into: &outbox)
        endServing(id, into: &outbox)
    }

    /// The backend took this many bytes of the request's body.
    public mutating func took(_ count: Int, ofRequest id: ServingID, into outbox: inout PeerOutbox) {
        if let local = locals.exchange(of: id) { return backendTook(count, of: local, into: &outbox) }
        guard let key = servings[id]?.key else { return }
        outbox.append(.consumed(count, of: key))
    }

    /// Whether a request is still wanted by its caller.
    public func isServing(_ id: ServingID) -> Bool {
        switch servings[id]?.state {
        case .handshake, .awaitingRequest, .running: true
        case .ended, nil: locals.exchange(of: id) != nil
        }
    }

    /// Requests under way, for others and for local agents.
    public var requestsInFlight: (served: Int, made: Int) { (servings.count, callings.count + locals.count) }

    /// Nothing is under way: no request of others or of local agents, no answer of which bytes have still to leave, and
    /// no circuit that this node relays.
    public var isIdle: Bool { requestsInFlight == (served: 0, made: 0) && relays.count == 0 }

    // MARK: Ends

    mutating func send(_ record: CircuitRecord, for id: ServingID, into outbox: inout PeerOutbox) {
        guard let sealed = servings[id]?.session.seal(record) else {
            guard case .response = record else { return }
            let message = "the head of the backend's answer is too long"
            let failure = ServingFailure(code: "bad_gateway", message: message, isRetryable: false)
            return answerFailed(id, failure, into: &outbox)
        }
        write(sealed, for: id, into: &outbox)
    }

    private mutating func write(_ bytes: Bytes, for id: ServingID, into outbox: inout PeerOutbox) {
        let settings = settings
        guard let key = servings[id]?.key else { return }
        _ = servings[id]?.pressure.wrote(bytes.readableBytes, highWater: settings.circuit.highWater)
        outbox.append(.write(bytes, to: key))
    }

    /// Everything is said; the request counts as under way until its last byte has left.
    mutating func endServing(_ id: ServingID, into outbox: inout PeerOutbox) {
        guard let serving = servings[id] else { return }
        servings[id]?.state = .ended
        if serving.isRunning { loadChanged(of: serving.service) }
        outbox.append(.finish(serving.key))
    }

    /// Bytes written to a caller have left.
    mutating func servingSent(_ count: Int, for id: ServingID, into outbox: inout PeerOutbox) {
        let settings = settings
        let mayGoOn = servings[id]?.pressure.sent(count, lowWater: settings.circuit.lowWater)
        guard let serving = servings[id] else { return }
        switch serving.state {
        case .running where mayGoOn == true:
            outbox.append(.answerWritable(id))
        case .ended where serving.pressure.unsent == 0:
            servings[id] = nil
            forget(serving.key)
        case .handshake, .awaitingRequest, .running, .ended:
            break
        }
    }

    /// The caller sends no more. Fine when its request was complete; a body that was cut off is no request.
    mutating func callerFinished(_ id: ServingID, at now: Moment, into outbox: inout PeerOutbox) {
        guard let serving = servings[id] else { return }
        switch serving.state {
        case .running where serving.isRequestComplete, .ended:
            break
        case .handshake, .awaitingRequest, .running:
            outbox.append(.reset(serving.key))
            callerGone(id, into: &outbox)
        }
    }

    mutating func callerGone(_ id: ServingID, into outbox: inout PeerOutbox) {
        guard let serving = servings.removeValue(forKey: id) else { return }
        forget(serving.key)
        guard serving.isRunning else { return }
        loadChanged(of: serving.service)
        outbox.append(.servingCancelled(id))
    }
}

extension Bytes {
    /// The next part of a body that fits in one cell; nil at the end.
    mutating func readCell() -> Bytes? {
        guard readableBytes > 0 else { return nil }
        return readSlice(length: Swift.min(readableBytes, CircuitRecord.longestBody))
    }
}

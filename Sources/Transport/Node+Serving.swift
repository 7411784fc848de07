import Gossip
import Inference
import NIOCore
import Overlay

extension Node {
    /// A caller's request as the shell sees it.
    struct ServeState {
        var body = BodyQueue()
        var gate = Gate()
        var isAnswered = false
        /// Resumed when the request has ended, however.
        var endWaiter: CheckedContinuation<Void, Never>?
    }

    /// A request that the core has authorised and that waits for a task.
    struct Arrival: Sendable {
        let id: ServingID
        let head: RequestHead
        let path: ServicePath
        let caller: Caller
    }

    /// Serves callers' requests until the task is cancelled.
    public func serve(with handler: some RequestHandler) async {
        await withDiscardingTaskGroup { group in
            for await arrival in arrivals {
                group.addTask { await self.serve(arrival, with: handler) }
            }
        }
    }

    /// One request: the handler runs until it is done or the caller has gone.
    private func serve(_ arrival: Arrival, with handler: some RequestHandler) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.run(handler, for: arrival) }
            group.addTask { await self.untilEnded(arrival.id) }
            await group.next()
            group.cancelAll()
            endServing(arrival.id)
        }
    }

    private nonisolated func run(_ handler: some RequestHandler, for arrival: Arrival) async {
        let request = InboundRequest(
            head: arrival.head, service: arrival.path.service, rest: arrival.path.rest, caller: arrival.caller,
            body: InboundBody(node: self, id: arrival.id))
        do {
            try await handler.handle(request, respond: CircuitResponseWriter(node: self, id: arrival.id))
            await failServing(
                arrival.id,
                ServingFailure(code: "bad_gateway", message: "the backend gave no complete answer", isRetryable: false))
        } catch let failure as ServingFailure {
            await failServing(arrival.id, failure)
        } catch {
            let failure = ServingFailure(code: "bad_gateway", message: "the backend failed", isRetryable: false)
            logger.debug("a request of \(arrival.caller.peer) failed: \(error)")
            await failServing(arrival.id, failure)
        }
    }

    private func failServing(_ id: ServingID, _ failure: ServingFailure) {
        enter { peer, _, outbox in peer.answerFailed(id, failure, into: &outbox) }
    }

    private func untilEnded(_ id: ServingID) async {
        await withCheckedContinuation { continuation in
            guard serves[id] != nil else { return continuation.resume() }
            serves[id]?.endWaiter = continuation
        }
    }

    private func endServing(_ id: ServingID) {
        guard var state = serves.removeValue(forKey: id) else { return }
        state.body.finish(.cancelled)
        state.gate.destroy(.cancelled)
        state.endWaiter?.resume()
    }

    // MARK: The handler's side

    func answer(_ id: ServingID, _ head: ResponseHead) throws {
        guard peer.isServing(id) else { throw ExchangeFailure.cancelled }
        enter { peer, _, outbox in peer.answer(id, head, into: &outbox) }
    }

    func answerBody(_ bytes: ByteBuffer, of id: ServingID) async throws {
        guard peer.isServing(id) else { throw ExchangeFailure.cancelled }
        // Shut beforehand, because carrying out the core's actions may already open it again.
        serves[id]?.gate.close()
        let mustPause = enter { peer, now, outbox in peer.answerBody(bytes, of: id, at: now, into: &outbox) }
        guard mustPause else {
            serves[id]?.gate.open()
            return
        }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            guard serves[id] != nil else { return continuation.resume(throwing: ExchangeFailure.cancelled) }
            serves[id]?.gate.pass(continuation)
        }
    }

    func answerEnd(_ id: ServingID) throws {
        guard peer.isServing(id) else { throw ExchangeFailure.cancelled }
        enter { peer, _, outbox in peer.answerEnd(id, into: &outbox) }
    }

    func nextPart(ofRequest id: ServingID) async throws -> ByteBuffer? {
        try await withCheckedThrowingContinuation { continuation in
            guard serves[id] != nil else { return continuation.resume(throwing: ExchangeFailure.cancelled) }
            let taken = serves[id]?.body.read(continuation) ?? 0
            tookRequest(taken, of: id)
        }
    }

    private func tookRequest(_ count: Int, of id: ServingID) {
        guard count > 0 else { return }
        enter { peer, _, outbox in peer.took(count, ofRequest: id, into: &outbox) }
    }

    // MARK: The core's side

    func carryOutForServing(_ action: PeerAction) {
        switch action {
        case .serve(let id, let head, let path, let caller):
            accept(Arrival(id: id, head: head, path: path, caller: caller))
        case .requestBody(let id, let bytes):
            let taken = serves[id]?.body.push(bytes) ?? 0
            guard taken > 0 else { return }
            eventLoop.execute { self.assumeIsolated { $0.tookRequest(taken, of: id) } }
        case .requestEnd(let id):
            serves[id]?.body.finish()
        case .servingCancelled(let id):
            serves[id]?.body.finish(.cancelled)
            serves[id]?.gate.destroy(.cancelled)
            let waiter = serves[id]?.endWaiter
            serves[id]?.endWaiter = nil
            serves[id] = nil
            waiter?.resume()
        case .answerWritable(let id):
            serves[id]?.gate.open()
        default:
            break
        }
    }

    private func accept(_ arrival: Arrival) {
        serves[arrival.id] = ServeState()
        guard case .enqueued = arrivalsInput.yield(arrival) else {
            serves[arrival.id] = nil
            let retryAfter = configuration.peer.settings.circuit.retryAfter
            let busy = ServingFailure(
                code: "busy", message: "the host is at its limit", isRetryable: true, retryAfter: retryAfter)
            eventLoop.execute { self.assumeIsolated { $0.failServing(arrival.id, busy) } }
            return
        }
    }
}

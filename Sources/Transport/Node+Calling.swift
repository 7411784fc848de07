import Inference
import NIOCore
import Overlay

extension Node {
    /// A request of a local agent as the shell sees it.
    struct CallState {
        var head: Result<Answered, any Error>?
        var headWaiter: CheckedContinuation<Answered, any Error>?
        var body = BodyQueue()
        /// Where the request's body waits: shut until a path has won.
        var gate = Gate.shut
        /// Sends the request's body; ends or is cancelled with the call.
        var upload: Task<Void, Never>?
    }

    /// The head of an answer and the way it came.
    struct Answered: Sendable {
        let head: ResponseHead
        let route: Route
    }

    /// Sends a request to a host and waits for the head of its answer. The rest of the body is sent while the answer is
    /// read. Cancelling the task cancels the request on every hop, and so does dropping the answer.
    /// - Throws: ``Inference/ExchangeFailure``, or what `body` throws.
    public func exchange(
        with host: PeerID, head: RequestHead, body: some AsyncSequence<ByteBuffer, any Error> & Sendable
    ) async throws -> Answer {
        let id = beginCall(host, head)
        let handle = ExchangeHandle(node: self, id: id)
        // A host may answer before it has read the request, so this task outlives the present call. The exchange owns it.
        calls[id]?.upload = Task { await self.upload(body, into: id) }
        let answered = try await withTaskCancellationHandler {
            try await awaitHead(of: id)
        } onCancel: {
            cancelSoon(id)
        }
        return Answer(head: answered.head, route: answered.route, body: AnswerBody(handle: handle))
    }

    private func beginCall(_ host: PeerID, _ head: RequestHead) -> ExchangeID {
        var outbox = PeerOutbox()
        let id = peer.call(host, head, at: NodeClock.now, into: &outbox)
        // The state must be there before the core's first action about it is carried out.
        calls[id] = CallState()
        enter { _, _, pending in pending = outbox }
        return id
    }

    private func upload(_ body: some AsyncSequence<ByteBuffer, any Error> & Sendable, into id: ExchangeID) async {
        do {
            try await passGate(of: id)
            for try await part in body {
                try await passGate(of: id)
                // Shut beforehand, because carrying out the core's actions may already open it again.
                calls[id]?.gate.close()
                let mustPause = enter { peer, now, outbox in peer.sendBody(part, of: id, at: now, into: &outbox) }
                if !mustPause { calls[id]?.gate.open() }
            }
            try await passGate(of: id)
            enter { peer, now, outbox in peer.endBody(of: id, at: now, into: &outbox) }
        } catch is ExchangeFailure {
            // The exchange is over, and whoever waits for its answer has been told.
        } catch {
            bodyFailed(error, of: id)
        }
    }

    /// Without the whole request there is nothing to answer.
    private func bodyFailed(_ error: any Error, of id: ExchangeID) {
        guard calls[id] != nil else { return }
        enter { peer, _, outbox in peer.cancel(id, into: &outbox) }
        settle(id, .failure(error))
        fail(id, .disconnected("the request's body broke off"))
    }

    private func passGate(of id: ExchangeID) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            guard calls[id] != nil else { return continuation.resume(throwing: ExchangeFailure.cancelled) }
            calls[id]?.gate.pass(continuation)
        }
    }

    private func awaitHead(of id: ExchangeID) async throws -> Answered {
        try await withCheckedThrowingContinuation { continuation in
            guard let call = calls[id] else { return continuation.resume(throwing: ExchangeFailure.cancelled) }
            guard let head = call.head else {
                calls[id]?.headWaiter = continuation
                return
            }
            continuation.resume(with: head)
        }
    }

    func nextPart(ofAnswer id: ExchangeID) async throws -> ByteBuffer? {
        try await withCheckedThrowingContinuation { continuation in
            guard calls[id] != nil else { return continuation.resume(throwing: ExchangeFailure.cancelled) }
            let taken = calls[id]?.body.read(continuation) ?? 0
            tookAnswer(taken, of: id)
        }
    }

    private func tookAnswer(_ count: Int, of id: ExchangeID) {
        guard count > 0 else { return }
        enter { peer, _, outbox in peer.took(count, ofAnswer: id, into: &outbox) }
    }

    /// Ends an exchange from anywhere; nothing happens when it has ended.
    nonisolated func cancelSoon(_ id: ExchangeID) {
        eventLoop.execute { self.assumeIsolated { $0.cancelCall(id) } }
    }

    private func cancelCall(_ id: ExchangeID) {
        guard calls[id] != nil else { return }
        enter { peer, _, outbox in peer.cancel(id, into: &outbox) }
        fail(id, .cancelled)
        calls[id]?.upload?.cancel()
        calls[id] = nil
    }

    func carryOutForCall(_ action: PeerAction) {
        switch action {
        case .answerHead(let id, let head, let route):
            settle(id, .success(Answered(head: head, route: route)))
        case .answerBody(let id, let bytes):
            tookLater(calls[id]?.body.push(bytes) ?? 0, of: id)
        case .answerEnd(let id):
            calls[id]?.body.finish()
            calls[id]?.gate.destroy(.cancelled)
        case .exchangeFailed(let id, let failure):
            fail(id, failure)
        case .requestWritable(let id):
            calls[id]?.gate.open()
        default:
            break
        }
    }

    /// Credit for what a waiting reader took at once; given after the core's present outbox is empty.
    private func tookLater(_ count: Int, of id: ExchangeID) {
        guard count > 0 else { return }
        eventLoop.execute { self.assumeIsolated { $0.tookAnswer(count, of: id) } }
    }

    private func settle(_ id: ExchangeID, _ head: Result<Answered, any Error>) {
        guard let call = calls[id], call.head == nil else { return }
        calls[id]?.head = head
        calls[id]?.headWaiter = nil
        call.headWaiter?.resume(with: head)
    }

    private func fail(_ id: ExchangeID, _ failure: ExchangeFailure) {
        settle(id, .failure(failure))
        calls[id]?.body.finish(failure)
        calls[id]?.gate.destroy(failure)
    }
}

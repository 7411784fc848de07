import Overlay

/// Requests of local agents for this node's own services. The node's owner asks, so no token is judged.
extension Peer {
    mutating func callLocally(_ id: ExchangeID, _ head: RequestHead, into outbox: inout PeerOutbox) {
        let path: ServicePath
        do {
            path = try ServicePath(parsing: head.path)
        } catch {
            let refusal = ExchangeFailure.refused(status: 400, code: "invalid_path", message: error.rawValue)
            return outbox.append(.exchangeFailed(id, refusal))
        }
        guard offers.contains(where: { $0.name == path.service }) else {
            let message = "this node does not offer \(path.service) now"
            let refusal = ExchangeFailure.refused(status: 404, code: "service_not_found", message: message)
            return outbox.append(.exchangeFailed(id, refusal))
        }
        guard !isFull(path.service) else {
            counters.requestsBusy &+= 1
            return outbox.append(.exchangeFailed(id, .overloaded(retryAfter: settings.circuit.retryAfter)))
        }
        let serving = ServingID(number: numbers.serving)
        numbers.serving += 1
        locals.insert(LocalExchange(exchange: id, serving: serving, service: path.service))
        loadChanged(of: path.service)
        outbox.append(.serve(serving, head, path, Caller(peer: self.id, user: nil, groups: [])))
        outbox.append(.requestWritable(id))
    }

    // MARK: From the agent

    mutating func sendLocalBody(_ bytes: Bytes, of local: LocalExchange, into outbox: inout PeerOutbox) -> Bool {
        outbox.append(.requestBody(local.serving, bytes))
        let highWater = settings.circuit.highWater
        return locals[local.exchange]?.request.wrote(bytes.readableBytes, highWater: highWater) ?? false
    }

    mutating func agentTook(_ count: Int, of local: LocalExchange, into outbox: inout PeerOutbox) {
        let settings = settings
        let mayGoOn = locals[local.exchange]?.answer.sent(count, lowWater: settings.circuit.lowWater)
        if mayGoOn == true { outbox.append(.answerWritable(local.serving)) }
    }

    mutating func cancelLocal(_ local: LocalExchange, into outbox: inout PeerOutbox) {
        removeLocal(local.exchange)
        outbox.append(.servingCancelled(local.serving))
    }

    // MARK: From the backend

    mutating func answerLocally(_ id: ExchangeID, _ head: ResponseHead, into outbox: inout PeerOutbox) {
        guard locals[id]?.isAnswered == false else { return }
        locals[id]?.isAnswered = true
        outbox.append(.answerHead(id, head, .local))
    }

    mutating func answerLocalBody(_ bytes: Bytes, of id: ExchangeID, into outbox: inout PeerOutbox) -> Bool {
        outbox.append(.answerBody(id, bytes))
        let highWater = settings.circuit.highWater
        return locals[id]?.answer.wrote(bytes.readableBytes, highWater: highWater) ?? false
    }

    mutating func endLocalAnswer(_ id: ExchangeID, into outbox: inout PeerOutbox) {
        guard locals[id]?.isAnswered == true, removeLocal(id) else { return }
        outbox.append(.answerEnd(id))
    }

    /// - Returns: whether it was under way.
    @discardableResult
    private mutating func removeLocal(_ id: ExchangeID) -> Bool {
        guard let local = locals.remove(id) else { return false }
        loadChanged(of: local.service)
        return true
    }

    mutating func failLocally(_ id: ExchangeID, _ failure: ServingFailure, into outbox: inout PeerOutbox) {
        guard removeLocal(id) else { return }
        outbox.append(.exchangeFailed(id, failure.asExchangeFailure))
    }

    mutating func backendTook(_ count: Int, of id: ExchangeID, into outbox: inout PeerOutbox) {
        let settings = settings
        let mayGoOn = locals[id]?.request.sent(count, lowWater: settings.circuit.lowWater)
        if mayGoOn == true { outbox.append(.requestWritable(id)) }
    }
}

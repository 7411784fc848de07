import Inference
import Overlay

/// Agents that make requests, and backends that send back what they were sent.
extension Shard {
    /// How long a backend thinks.
    private static let thinkingTime = TimeSpan.milliseconds(50)
    /// Says which request of the world one is.
    private static let nameField = "x-simulated-request"

    /// An agent at `caller` asks the first service of `host`. How it went is in the caller's ``SimulatedNode/requests``.
    @discardableResult
    mutating func call(_ host: NodeIndex, from caller: NodeIndex, body: [UInt8]) -> ExchangeID {
        let peer = setup.ids[host.offset]
        self[caller].requests.lastNumber += 1
        let name = RequestCheck.ID(caller: caller, number: self[caller].requests.lastNumber)
        let head = RequestHead(
            method: "POST", path: "/inference/service-0/v1/echo",
            fields: [HeaderField(name: Self.nameField, value: name.description)])
        witness.requests.began(name)
        var bytes = Bytes()
        bytes.writeBytes(body)
        var made: ExchangeID?
        let startedAt = now
        self[caller].trace.note(.request, at: now, content: UInt64(host.number))
        // The log must know the request before its news comes, which is when the entry's actions have been carried out.
        run(caller) { core, now, outbox in made = core.call(peer, head, at: now, into: &outbox) }
        let id = made ?? ExchangeID(number: 0)
        self[caller].requests.made[id] = RequestLog.Made(host: host, id: name, startedAt: startedAt, sentBody: bytes)
        settle(caller)
        return id
    }

    // MARK: The agent

    mutating func carryOutForCaller(_ action: PeerAction, of node: NodeIndex) {
        let news: CallerNews
        switch action {
        case .requestWritable(let id): news = .writable(id)
        case .answerHead(let id, let head, let route): news = .head(id, head, route)
        case .answerBody(let id, let bytes): news = .body(id, bytes)
        case .answerEnd(let id): news = .end(id)
        case .exchangeFailed(let id, let failure): news = .failed(id, failure)
        default: return
        }
        self[node].pending.append(.caller(news))
    }

    mutating func tellCaller(_ news: CallerNews, at node: NodeIndex) {
        switch news {
        case .writable(let id):
            sendBody(of: id, at: node)
        case .head(let id, let head, let route):
            self[node].requests.made[id]?.status = head.status
            self[node].requests.made[id]?.route = route
        case .body(let id, let bytes):
            self[node].requests.made[id]?.answer.writeImmutableBuffer(bytes)
            run(node) { peer, _, outbox in peer.took(bytes.readableBytes, ofAnswer: id, into: &outbox) }
        case .end(let id):
            let status = self[node].requests.made[id]?.status ?? 0
            end(id, .answered(status: status), at: node)
        case .failed(let id, let failure):
            end(id, .failed(failure), at: node)
        }
    }

    private mutating func sendBody(of id: ExchangeID, at node: NodeIndex) {
        guard let made = self[node].requests.made[id], !made.isBodySent else { return }
        self[node].requests.made[id]?.isBodySent = true
        // The whole body at once: those of simulated agents stay below what the core lets wait.
        run(node) { peer, now, outbox in
            _ = peer.sendBody(made.sentBody, of: id, at: now, into: &outbox)
            peer.endBody(of: id, at: now, into: &outbox)
        }
    }

    private mutating func end(_ id: ExchangeID, _ end: RequestLog.Made.End, at node: NodeIndex) {
        self[node].trace.note(.request, at: now, content: id.number)
        let now = now
        self[node].requests.made[id]?.end = end
        self[node].requests.made[id]?.endedAt = now
        guard let made = self[node].requests.made[id] else { return }
        observe(.requestEnded(made), at: node)
    }

    // MARK: The backend

    mutating func carryOutForBackend(_ action: PeerAction, of node: NodeIndex) {
        let news: BackendNews
        switch action {
        case .serve(let id, let head, _, _): news = .begin(id, head)
        case .requestBody(let id, let bytes): news = .body(id, bytes)
        case .requestEnd(let id): news = .end(id)
        case .servingCancelled(let id): news = .cancelled(id)
        default: return
        }
        self[node].pending.append(.backend(news))
    }

    mutating func tellBackend(_ news: BackendNews, at node: NodeIndex) {
        switch news {
        case .begin(let id, let head):
            let name = head.fields.first(Self.nameField).flatMap { RequestCheck.ID(parsing: $0) }
            self[node].requests.served[id] = RequestLog.Served(id: name)
        case .body(let id, let bytes):
            self[node].requests.served[id]?.body.writeImmutableBuffer(bytes)
            run(node) { peer, _, outbox in peer.took(bytes.readableBytes, ofRequest: id, into: &outbox) }
        case .end(let id):
            if let name = self[node].requests.served[id]?.id { observe(.requestExecuted(name), at: node) }
            schedule(.backendAnswer(id), for: node, at: now + Self.thinkingTime, by: node)
        case .cancelled(let id):
            self[node].requests.served[id] = nil
        }
    }

    mutating func answer(_ id: ServingID, at node: NodeIndex) {
        guard self[node].isRunning, let served = self[node].requests.served.removeValue(forKey: id) else { return }
        self[node].trace.note(.backend, at: now, content: id.number)
        self[node].requests.answered += 1
        enter(node) { peer, now, outbox in
            peer.answer(id, ResponseHead(status: 200, fields: []), into: &outbox)
            _ = peer.answerBody(served.body, of: id, at: now, into: &outbox)
            peer.answerEnd(id, into: &outbox)
        }
    }
}

import Gossip
import Overlay

/// The local agents' requests: opening paths to a host, sending the request over the one that wins, reading the answer.
extension Peer {
    /// Sends a request to a host. Paths race until one has proven the host; ``PeerAction/requestWritable(_:)`` then asks
    /// for the body, and exactly one of answer end or failure ends it.
    public mutating func call(
        _ host: PeerID, _ head: RequestHead, at now: Moment, into outbox: inout PeerOutbox
    ) -> ExchangeID {
        let now = adjusted(now)
        let id = ExchangeID(number: numbers.exchange)
        numbers.exchange += 1
        guard callings.count + locals.count < settings.circuit.mostCalled, !isLeaving else {
            outbox.append(.exchangeFailed(id, .overloaded(retryAfter: settings.circuit.retryAfter)))
            return id
        }
        counters.requestsMade &+= 1
        guard host != self.id else {
            callLocally(id, head, into: &outbox)
            return id
        }
        if let refusal = ownRevocation {
            // Nobody would serve it, and the other nodes do not always get to say why.
            let failure = ExchangeFailure.refused(status: 401, code: refusal.code, message: "\(refusal)")
            outbox.append(.exchangeFailed(id, failure))
            return id
        }
        var head = head
        guard let demand = LabelDemand(takingFrom: &head, all: demandedLabels) else {
            let message = "\(LabelDemand.field) must be key=value pairs with commas between them"
            let refusal = ExchangeFailure.refused(status: 400, code: "invalid_request", message: message)
            outbox.append(.exchangeFailed(id, refusal))
            return id
        }
        begin(id, .request(head, demand), to: host, at: now, into: &outbox)
        return id
    }

    /// Opens a circuit for the node itself.
    mutating func open(_ purpose: Calling.Purpose, to host: PeerID, at now: Moment, into outbox: inout PeerOutbox) {
        let id = ExchangeID(number: numbers.exchange)
        numbers.exchange += 1
        begin(id, purpose, to: host, at: now, into: &outbox)
    }

    private mutating func begin(
        _ id: ExchangeID, _ purpose: Calling.Purpose, to host: PeerID, at now: Moment, into outbox: inout PeerOutbox
    ) {
        var service: ServiceName?
        if case .request(let head, _) = purpose { service = try? ServicePath(parsing: head.path).service }
        if let service {
            asks(service, of: host)
            mesh.use(service, of: host, at: now)
        }
        callings[id] = Calling(
            id: id, host: host, purpose: purpose, service: service, startedAt: now.instant,
            state: .opening(paths: [], nextPathAt: now.instant + settings.circuit.secondPathAfter),
            lastUsed: now.instant)
        if links.usableLink(to: host) == nil { reach(host, at: now, into: &outbox) }
        // A search that ends at once, because nobody can be asked, has opened the first path already.
        if callings[id]?.paths.isEmpty == true { tryNextPath(id, at: now, into: &outbox) }
    }

    /// Part of the request's body. True when the writer has to wait for ``PeerAction/requestWritable(_:)``.
    public mutating func sendBody(
        _ bytes: Bytes, of id: ExchangeID, at now: Moment, into outbox: inout PeerOutbox
    ) -> Bool {
        let now = adjusted(now)
        if let local = locals[id] { return sendLocalBody(bytes, of: local, into: &outbox) }
        var bytes = bytes
        while let cell = bytes.readCell() { send(.body(cell), for: id, at: now, into: &outbox) }
        return callings[id]?.pressure.isPaused ?? false
    }

    /// The request's body is complete.
    public mutating func endBody(of id: ExchangeID, at now: Moment, into outbox: inout PeerOutbox) {
        let now = adjusted(now)
        if let local = locals[id] { return outbox.append(.requestEnd(local.serving)) }
        send(.end, for: id, at: now, into: &outbox)
    }

    /// The agent has gone: the stream is reset, which travels to the host and its backend.
    public mutating func cancel(_ id: ExchangeID, into outbox: inout PeerOutbox) {
        if let local = locals[id] { return cancelLocal(local, into: &outbox) }
        removeCalling(id, into: &outbox)
    }

    /// The agent took this many bytes of the answer's body.
    public mutating func took(_ count: Int, ofAnswer id: ExchangeID, into outbox: inout PeerOutbox) {
        if let local = locals[id] { return agentTook(count, of: local, into: &outbox) }
        guard case .open(let path, _) = callings[id]?.state else { return }
        outbox.append(.consumed(count, of: path.key))
    }

    // MARK: What comes back

    mutating func receive(
        _ bytes: Bytes, on key: StreamKey, for id: ExchangeID, at now: Moment, into outbox: inout PeerOutbox
    ) {
        guard let calling = callings[id], var path = calling.paths.first(where: { $0.key == key }) else { return }
        callings[id]?.lastUsed = now.instant
        var input = bytes
        if !path.isAccepted {
            path.preface.writeImmutableBuffer(bytes)
            input = path.preface
            switch CircuitStatus.parse(&input) {
            case .needsMore:
                return update(path, of: id)
            case .malformed:
                outbox.append(.reset(key))
                return pathEnded(key, of: id, why: "it answered with something else", at: now, into: &outbox)
            case .status(let status):
                outbox.append(.consumed(CircuitStatus.length, of: key))
                guard status.code == .open else {
                    return pathRefused(status, on: key, of: id, at: now, into: &outbox)
                }
                path.isAccepted = true
                path.preface = Bytes()
            }
        }
        read(input, on: &path, for: id, at: now, into: &outbox)
    }

    private mutating func update(_ path: Calling.Path, of id: ExchangeID) {
        guard let calling = callings[id] else { return }
        switch calling.state {
        case .opening(let paths, let nextPathAt):
            callings[id]?.state = .opening(paths: paths.map { $0.key == path.key ? path : $0 }, nextPathAt: nextPathAt)
        case .open(_, let answered):
            callings[id]?.state = .open(path, answered: answered)
        }
    }

    private mutating func pathRefused(
        _ status: CircuitStatus, on key: StreamKey, of id: ExchangeID, at now: Moment, into outbox: inout PeerOutbox
    ) {
        outbox.append(.reset(key))
        if status.code == .busy || status.code == .learning {
            let known = callings[id]?.retryAfter ?? .init(nanoseconds: .max)
            callings[id]?.retryAfter = min(known, status.retryAfter)
        }
        if status.code == .learning && tryAgainSoon(key, of: id, at: now) { return }
        pathEnded(key, of: id, why: status.code.words, at: now, into: &outbox)
    }

    private mutating func read(
        _ bytes: Bytes, on path: inout Calling.Path, for id: ExchangeID, at now: Moment, into outbox: inout PeerOutbox
    ) {
        let key = path.key
        do {
            let events = try path.session.receive(bytes)
            update(path, of: id)
            for event in events {
                guard callings[id] != nil else { return }
                switch event {
                case .ready(let token, let wireLength):
                    outbox.append(.consumed(wireLength, of: key))
                    hostProven(token: token, on: key, of: id, at: now, into: &outbox)
                case .greeted:
                    throw CircuitError.unexpected
                case .record(let record, let wireLength):
                    try receive(record, wireLength: wireLength, on: key, for: id, at: now, into: &outbox)
                }
            }
        } catch {
            outbox.append(.reset(key))
            // Before a path has won, any relay could have sent this: the other paths go on.
            if case .opening = callings[id]?.state {
                return pathEnded(key, of: id, why: "\(error)", at: now, into: &outbox)
            }
            forget(key)
            fail(id, .protocolViolation("\(error)"), at: now, into: &outbox)
        }
    }

    /// The host has proven its key on this path; its token must make it a member of the mesh before it gets a request.
    private mutating func hostProven(
        token: [UInt8], on key: StreamKey, of id: ExchangeID, at now: Moment, into outbox: inout PeerOutbox
    ) {
        guard let host = callings[id]?.host else { return }
        switch tokens.admit(token, of: host, by: admission, at: now.own) {
        case .success(let admitted):
            if case .request(_, let demand) = callings[id]?.purpose,
                let complaint = demand.complaint(about: admitted.labels)
            {
                return fail(id, .unattested(complaint), at: now, into: &outbox)
            }
            callings[id]?.hostAdmission = admitted
            pathWon(key, of: id, at: now, into: &outbox)
        case .failure(let refusal):
            counters.drop(refusal)
            fail(id, .unreachable("the host is no member of the mesh: \(refusal)"), at: now, into: &outbox)
        }
    }

    /// The host has proven itself on this path: the others are dropped and the request goes out.
    private mutating func pathWon(
        _ key: StreamKey, of id: ExchangeID, at now: Moment, into outbox: inout PeerOutbox
    ) {
        guard let calling = callings[id], case .opening(let paths, _) = calling.state,
            let winner = paths.first(where: { $0.key == key })
        else { return }
        for loser in paths where loser.key != key {
            forget(loser.key)
            outbox.append(.reset(loser.key))
        }
        isBack(calling.host, at: now, into: &outbox)
        switch calling.purpose {
        case .probe:
            removeCalling(id, into: &outbox)
        case .request(let head, _):
            callings[id]?.state = .open(winner, answered: false)
            send(.request(head), for: id, at: now, into: &outbox)
            outbox.append(.requestWritable(id))
        }
    }

    private mutating func receive(
        _ record: CircuitRecord, wireLength: Int, on key: StreamKey, for id: ExchangeID, at now: Moment,
        into outbox: inout PeerOutbox
    ) throws(CircuitError) {
        guard let calling = callings[id], case .open(let path, let answered) = calling.state, path.key == key else {
            throw .unexpected
        }
        switch record {
        case .response(let head) where !answered:
            outbox.append(.consumed(wireLength, of: key))
            callings[id]?.state = .open(path, answered: true)
            outbox.append(.answerHead(id, head, calling.route ?? .local))
        case .body(let content) where answered:
            outbox.append(.consumed(wireLength - content.readableBytes, of: key))
            outbox.append(.answerBody(id, content))
        case .end where answered:
            outbox.append(.answerEnd(id))
            removeCalling(id, into: &outbox)
        case .refusal(let status, let code, let message) where !answered:
            fail(id, .refused(status: Int(status), code: code, message: message), at: now, into: &outbox)
        case .failure(let failure):
            fail(id, failure.asExchangeFailure, at: now, into: &outbox)
        case .load(let load):
            outbox.append(.consumed(wireLength, of: key))
            heard(load, from: calling.host, at: now)
        default:
            throw .unexpected
        }
    }

    // MARK: Ends

    private mutating func send(
        _ record: CircuitRecord, for id: ExchangeID, at now: Moment, into outbox: inout PeerOutbox
    ) {
        let settings = settings
        guard case .open(var path, let answered) = callings[id]?.state else { return }
        guard let sealed = path.session.seal(record) else {
            let message =
                "the request's head is longer than \(CircuitSettings.longestRecord) bytes or has more than "
                + "\(CircuitSettings.mostHeaderFields) fields"
            return fail(id, .refused(status: 431, code: "request_too_large", message: message), at: now, into: &outbox)
        }
        callings[id]?.state = .open(path, answered: answered)
        callings[id]?.lastUsed = now.instant
        _ = callings[id]?.pressure.wrote(sealed.readableBytes, highWater: settings.circuit.highWater)
        outbox.append(.write(sealed, to: path.key))
    }

    mutating func fail(_ id: ExchangeID, _ failure: ExchangeFailure, at now: Moment, into outbox: inout PeerOutbox) {
        guard let calling = callings[id] else { return }
        removeCalling(id, into: &outbox)
        switch calling.purpose {
        case .probe:
            probeFailed(calling.host, failure, at: now, into: &outbox)
        case .request:
            if case .overloaded(let retryAfter) = failure { noteBusy(calling, retryAfter: retryAfter, at: now) }
            outbox.append(.exchangeFailed(id, failure))
            if case .unreachable = failure { suspect(calling.host, at: now, into: &outbox) }
        }
    }

    private func openLimit(of calling: Calling) -> TimeSpan {
        switch calling.purpose {
        case .probe: settings.probeLimit
        case .request: settings.circuit.openLimit
        }
    }

    private mutating func removeCalling(_ id: ExchangeID, into outbox: inout PeerOutbox) {
        guard let calling = callings.removeValue(forKey: id) else { return }
        for path in calling.paths where circuits[path.key] != nil {
            forget(path.key)
            outbox.append(.reset(path.key))
        }
    }

    // MARK: Time

    var exchangeDeadline: Instant {
        var earliest = Instant.distantFuture
        for calling in callings.values {
            guard case .opening(_, let nextPathAt) = calling.state else { continue }
            earliest = min(earliest, nextPathAt, calling.startedAt + openLimit(of: calling))
        }
        return earliest
    }

    mutating func wakeExchanges(at now: Moment, into outbox: inout PeerOutbox) {
        for (id, calling) in callings {
            guard case .opening(let paths, let nextPathAt) = calling.state else { continue }
            let end = calling.startedAt + openLimit(of: calling)
            if end <= now.instant {
                fail(id, overdue(calling, since: end, at: now), at: now, into: &outbox)
            } else if nextPathAt <= now.instant {
                let pause = settings.circuit.secondPathAfter
                callings[id]?.state = .opening(paths: paths, nextPathAt: now.instant + pause)
                tryNextPath(id, at: now, into: &outbox)
            }
        }
    }
}

extension Peer {
    private func overdue(_ calling: Calling, since end: Instant, at now: Moment) -> ExchangeFailure {
        if case .probe = calling.purpose, now.instant.since(end) > settings.probeLateness {
            // This node had no time itself: that says nothing about the host.
            return .overloaded(retryAfter: .zero)
        }
        let limit = openLimit(of: calling).seconds
        let complaints = (calling.complaints + ["no path answered within \(limit) seconds"]).joined(separator: "; ")
        if case .probe = calling.purpose { return .timedOut(complaints) }
        return .unreachable(complaints)
    }
}

extension CircuitStatus.Code {
    fileprivate var words: String {
        switch self {
        case .open: "open"
        case .noRoute: "it has no link to the host"
        case .busy: "it is at its limit"
        case .notAllowed: "it does not relay for this node"
        case .hopLimit: "no more relays may be added"
        case .learning: "it is still learning which tokens were revoked"
        }
    }
}

extension ServingFailure {
    var asExchangeFailure: ExchangeFailure {
        if retryAfter > .zero { return .overloaded(retryAfter: retryAfter) }
        if isRetryable { return .unreachable(message) }
        return code == Self.interruption ? .disconnected(message) : .failed(code: code, message: message)
    }
}

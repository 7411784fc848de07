import Gossip
import Overlay

@testable import Inference

extension Network {
    func carryOut(_ action: PeerAction, at node: Int) {
        switch action {
        case .dial(let id, let peer, let addresses):
            dial(id, peer: peer, addresses: addresses, from: node)
        case .send(.hello, _) where nodes[node].isMute:
            break
        case .send(let message, let link):
            if case .unlinked(let host) = message { nodes[node].unlinked.append((host, link)) }
            withSession(node, link) { $0.send(message, at: $1, into: &$2) }
        case .close(let link, let reason):
            withSession(node, link) { $0.close(reason: reason, at: $1, into: &$2) }
        case .check(let link, let patience):
            nodes[node].checks.append((link, now))
            withSession(node, link) { $0.check(within: patience, at: $1, into: &$2) }
        case .ask(let message, let introduction, let peer, let endpoint, let isFirst):
            withEndpoint(of: node) {
                $0.ask(
                    message.encode(), introduction: introduction.encode(), of: peer, at: endpoint, isFirst: isFirst,
                    now: $1, into: &$2)
            }
        case .answer(let message, let introduction, let source):
            withEndpoint(of: node) {
                $0.answer(message.encode(), introduction: introduction.encode(), to: source, now: $1, into: &$2)
            }
        case .dialBack(let nonce, let endpoint, let source):
            withEndpoint(of: node) { $0.dialBack(nonce, to: endpoint, for: source, now: $1, into: &$2) }
        case .openStream(let key):
            withSession(node, key.link) { $0.openStream(key.stream, at: $1, into: &$2) }
        case .write(let bytes, let key):
            withSession(node, key.link) { $0.write(bytes, to: key.stream, at: $1, into: &$2) }
        case .finish(let key):
            withSession(node, key.link) { $0.finish(key.stream, at: $1, into: &$2) }
        case .reset(let key):
            withSession(node, key.link) { $0.reset(key.stream, at: $1, into: &$2) }
        case .consumed(let count, let key):
            withSession(node, key.link) { $0.consumed(count, of: key.stream, at: $1, into: &$2) }
        case .answerHead, .answerBody, .answerEnd, .exchangeFailed, .requestWritable:
            carryOutForAgent(action, at: node)
        case .serve, .requestBody, .requestEnd, .servingCancelled, .answerWritable:
            carryOutForBackend(action, at: node)
        case .catalogChanged(let change):
            nodes[node].changes.append(change)
        case .revocationsChanged:
            nodes[node].disk = nodes[node].peer.revocations.all.map(\.bytes)
        case .lookupFinished(let id, let result):
            nodes[node].lookups[id] = result
        case .registrarAnswered(let id, let answer):
            nodes[node].answers[id, default: []].append(answer)
        case .searchFinished(let id, let result):
            nodes[node].searches[id] = result
        case .notice(let notice):
            nodes[node].notices.append(notice)
        }
    }

    // MARK: Agents

    private func carryOutForAgent(_ action: PeerAction, at node: Int) {
        switch action {
        case .answerHead(let id, let head, let route):
            nodes[node].agents[id]?.head = head
            nodes[node].agents[id]?.route = route
            nodes[node].agents[id]?.headAt = now
        case .answerBody(let id, let bytes):
            nodes[node].agents[id]?.body.writeImmutableBuffer(bytes)
            nodes[node].agents[id]?.unread += bytes.readableBytes
            soon { [unowned self] in agentTakes(id, at: node) }
        case .answerEnd(let id):
            nodes[node].agents[id]?.isComplete = true
        case .exchangeFailed(let id, let failure):
            nodes[node].agents[id]?.failure = failure
        case .requestWritable(let id):
            soon { [unowned self] in upload(id, at: node) }
        default:
            break
        }
    }

    /// The agent takes what has come, unless it does not read.
    func agentTakes(_ id: ExchangeID, at node: Int) {
        guard let agent = nodes[node].agents[id], agent.reads, agent.unread > 0 else { return }
        nodes[node].agents[id]?.unread = 0
        enter(node) { peer, _, outbox in peer.took(agent.unread, ofAnswer: id, into: &outbox) }
    }

    private func upload(_ id: ExchangeID, at node: Int) {
        while let agent = nodes[node].agents[id], !agent.hasEnded, !agent.isUploaded {
            var rest = agent.upload
            guard let part = rest.readSlice(length: min(rest.readableBytes, 64 * 1024)), part.readableBytes > 0 else {
                nodes[node].agents[id]?.isUploaded = true
                enter(node) { peer, now, outbox in peer.endBody(of: id, at: now, into: &outbox) }
                return
            }
            nodes[node].agents[id]?.upload = rest
            nodes[node].agents[id]?.sent += part.readableBytes
            let mustPause = enter(node) { peer, now, outbox in
                peer.sendBody(part, of: id, at: now, into: &outbox)
            }
            if mustPause { return }
        }
    }

    // MARK: Backends

    private func carryOutForBackend(_ action: PeerAction, at node: Int) {
        switch action {
        case .serve(let id, let head, let path, let caller):
            nodes[node].backends[id] = Driven.Backend(
                head: head, path: path, caller: caller, reads: nodes[node].backendReads)
            if case .echo = nodes[node].script { soon { [unowned self] in answer(id, at: node, "", isLast: false) } }
        case .requestBody(let id, let bytes):
            nodes[node].backends[id]?.body.writeImmutableBuffer(bytes)
            nodes[node].backends[id]?.unread += bytes.readableBytes
            soon { [unowned self] in backendTakes(id, at: node) }
            if case .echo = nodes[node].script { soon { [unowned self] in write(bytes, of: id, at: node) } }
        case .requestEnd(let id):
            nodes[node].backends[id]?.isBodyComplete = true
            soon { [unowned self] in requestIsComplete(id, at: node) }
        case .servingCancelled(let id):
            nodes[node].backends[id]?.isCancelled = true
        case .answerWritable(let id):
            nodes[node].backends[id]?.mayWrite = true
            soon { [unowned self] in download(id, at: node) }
        default:
            break
        }
    }

    func backendTakes(_ id: ServingID, at node: Int) {
        guard let backend = nodes[node].backends[id], backend.reads, backend.unread > 0 else { return }
        nodes[node].backends[id]?.unread = 0
        enter(node) { peer, _, outbox in peer.took(backend.unread, ofRequest: id, into: &outbox) }
    }

    private func requestIsComplete(_ id: ServingID, at node: Int) {
        switch nodes[node].script {
        case .manual: break
        case .answer(let status, let body): answer(id, at: node, body, status: status)
        case .bulk(let count): answer(id, at: node, Bulk.bytes(count))
        case .echo:
            nodes[node].backends[id]?.endsAfterDownload = true
            download(id, at: node)
        }
    }

    /// The backend's head and the first, or all, of its body.
    func answer(_ id: ServingID, at node: Int, _ body: String, status: Int = 200, isLast: Bool = true) {
        answer(id, at: node, Bytes(string: body), status: status, isLast: isLast)
    }

    func answer(_ id: ServingID, at node: Int, _ body: Bytes, status: Int = 200, isLast: Bool = true) {
        let fields = [HeaderField(name: "content-type", value: "text/plain")]
        enter(node) { peer, _, outbox in
            peer.answer(id, ResponseHead(status: status, fields: fields), into: &outbox)
        }
        nodes[node].backends[id]?.endsAfterDownload = isLast
        write(body, of: id, at: node)
    }

    /// More of the answer's body.
    func write(_ bytes: Bytes, of id: ServingID, at node: Int) {
        nodes[node].backends[id]?.download.writeImmutableBuffer(bytes)
        download(id, at: node)
    }

    private func download(_ id: ServingID, at node: Int) {
        while let backend = nodes[node].backends[id], backend.mayWrite, !backend.isCancelled {
            var rest = backend.download
            guard let part = rest.readSlice(length: min(rest.readableBytes, 64 * 1024)), part.readableBytes > 0 else {
                guard backend.endsAfterDownload else { return }
                nodes[node].backends[id]?.mayWrite = false
                enter(node) { peer, _, outbox in peer.answerEnd(id, into: &outbox) }
                return
            }
            nodes[node].backends[id]?.download = rest
            nodes[node].backends[id]?.written += part.readableBytes
            // Carrying out the core's actions may already end the pause.
            nodes[node].backends[id]?.mayWrite = false
            let mustPause = enter(node) { peer, now, outbox in
                peer.answerBody(part, of: id, at: now, into: &outbox)
            }
            if !mustPause { nodes[node].backends[id]?.mayWrite = true }
        }
    }
}

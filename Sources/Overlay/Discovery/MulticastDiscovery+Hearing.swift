extension MulticastDiscovery {
    // MARK: Queries

    /// Puts down what a query asks for and does not know yet.
    mutating func take(_ query: DNSMessage, from source: IPAddress, at now: Instant) {
        if query.questions.isEmpty { return takeKnown(query.answers, from: source) }
        guard !addresses.isEmpty else { return }
        for answer in Answer.allCases where query.questions.contains(where: { asks($0, for: answer) }) {
            guard !isKnown(answer, in: query.answers) else { continue }
            let span = query.isTruncated ? delay11(settings.truncatedDelay) : delay(settings.answerDelay)
            let at = earliest(answer, after: now + span)
            let doubtful = query.isTruncated && pending[answer] == nil ? source : nil
            pending[answer] = Pending(at: min(at, pending[answer]?.at ?? at), doubtful: doubtful)
        }
    }

    private mutating func delay11(_ span: TimeSpan) -> TimeSpan { random.jittered(span, percent: 11) }

    /// The rest of what a querier knows, after a truncated query (7.2).
    private mutating func takeKnown(_ answers: [DNSRecord], from source: IPAddress) {
        for answer in Answer.allCases where pending[answer]?.doubtful == source && isKnown(answer, in: answers) {
            pending[answer] = nil
        }
    }

    private func asks(_ question: DNSQuestion, for answer: Answer) -> Bool {
        guard question.dnsClass == 1 || question.dnsClass == 255 else { return false }
        let (name, type): (DNSName, DNSType) =
            switch answer {
            case .enumeration: (service.enumeration, .pointer)
            case .pointer: (service.type, .pointer)
            case .text: (service.instance, .text)
            }
        return question.name == name && (question.type == type || question.type == .any)
    }

    /// Whether the querier knows an answer, and for long enough still (7.1).
    private func isKnown(_ answer: Answer, in answers: [DNSRecord]) -> Bool {
        let own: DNSRecord =
            switch answer {
            case .enumeration: service.enumerated(timeToLive: settings.timeToLive)
            case .pointer: service.pointer(timeToLive: settings.timeToLive)
            case .text: service.text(addresses, timeToLive: settings.timeToLive)
            }
        return answers.contains {
            $0.name == own.name && $0.content == own.content && $0.timeToLive >= settings.timeToLive / 2
        }
    }

    // MARK: Responses

    /// Takes one record of a response.
    mutating func hear(_ record: DNSRecord, from source: IPAddress, at now: Instant, into outbox: inout Outbox) {
        switch record.content {
        case .pointer(let name) where record.name == service.type && record.timeToLive == 0:
            forget(name, into: &outbox)
        case .text(let strings) where record.name.isChild(of: service.type) && record.name != service.instance:
            guard record.timeToLive > 0 else { return forget(record.name, into: &outbox) }
            hear(strings, of: record, from: source, at: now, into: &outbox)
        default:
            break
        }
    }

    private mutating func forget(_ name: DNSName, into outbox: inout Outbox) {
        guard let node = known.removeValue(forKey: name) else { return }
        outbox.actions.append(.left(node.peer))
    }

    private mutating func hear(
        _ strings: [[UInt8]], of record: DNSRecord, from source: IPAddress, at now: Instant, into outbox: inout Outbox
    ) {
        guard let (peer, stated) = service.addresses(in: strings, limit: settings.mostAddresses), peer != self.peer
        else { return counts.unusable &+= 1 }
        let usable = stated.filter { isUsable($0, from: source) }
        guard !usable.isEmpty else { return counts.unusable &+= 1 }
        known.removeAll { $0.value.isOver(at: now) }
        let before = known[record.name]
        guard before != nil || known.count < settings.mostPeers else { return counts.tooMany &+= 1 }
        let timeToLive = TimeSpan.seconds(UInt64(min(record.timeToLive, settings.timeToLive)))
        let node = Known(peer: peer, addresses: usable, timeToLive: timeToLive, heardAt: now)
        known[record.name] = node
        if before?.peer != peer || before?.addresses != usable { tell(node, at: now, into: &outbox) }
    }

    /// Only addresses of this network and the sender's own: nobody may have this machine dial somewhere else. Loopback
    /// is meant by senders on this machine alone.
    private func isUsable(_ address: Multiaddr, from source: IPAddress) -> Bool {
        guard let ip = address.ip, (address.tcpPort ?? address.udpPort ?? 0) != 0 else { return false }
        if ip.isLoopback { return source.isLoopback || addresses.contains { $0.ip == source } }
        return ip.isLocal || ip == source
    }
}

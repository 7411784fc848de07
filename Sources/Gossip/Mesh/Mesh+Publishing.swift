import Overlay

extension Mesh {
    /// Announces what this node offers, at once if the rate allows; the entry is renewed by itself from then on.
    /// No offers at all are the same as ``withdraw(at:into:)``.
    public mutating func publish(
        offers: [ServiceOffer], labels: LabelSet = .empty, relays: [PeerID] = [], tokenDigest: TokenDigest? = nil,
        at now: Moment, into outbox: inout [MeshAction]
    ) -> Publication {
        guard !offers.isEmpty else { return withdraw(at: now, into: &outbox) }
        let contents: EntryContents
        do {
            contents = try EntryContents(services: offers, labels: labels, relays: relays, tokenDigest: tokenDigest)
        } catch {
            return .invalid(error)
        }
        let length = CatalogEntry.length(with: contents)
        guard length <= settings.entryLength else { return .tooLong(length: length, limit: settings.entryLength) }
        guard publisher.statement != .live(contents) else { return .unchanged }
        publisher.state(.live(contents), at: now.instant, settings: settings)
        guard publisher.due <= now.instant else { return .waiting(until: publisher.due) }
        return announceAndFlush(at: now, into: &outbox)
    }

    /// Takes back what was announced. Does not wait for the rate, because it is the last thing a node says before it
    /// ends.
    public mutating func withdraw(at now: Moment, into outbox: inout [MeshAction]) -> Publication {
        switch publisher.statement {
        case .silent, .withdrawn: return .unchanged
        case .live: break
        }
        publisher.state(.withdrawn, at: now.instant, settings: settings)
        return announceAndFlush(at: now, into: &outbox)
    }

    /// Signs what was announced last once more, at the next wake or when the rate allows: nobody took it by the calendar that it
    /// was signed by.
    public mutating func publishAgain(at now: Moment) {
        publisher.hurry(at: now.instant, settings: settings)
    }

    private mutating func announceAndFlush(at now: Moment, into outbox: inout [MeshAction]) -> Publication {
        let sequence = announce(at: now, into: &outbox)
        flush(at: now.instant, into: &outbox)
        settle(at: now)
        return sequence.map { .announced(sequence: $0) } ?? .unchanged
    }

    /// Makes the next entry of this node and puts it on its way.
    @discardableResult
    mutating func announce(at now: Moment, into outbox: inout [MeshAction]) -> UInt64? {
        let entry = publisher.nextEntry(
            signedBy: identity, mesh: catalog.mesh, at: now, settings: settings, random: &random)
        guard let entry else { return nil }
        counts.published += 1
        let isNews = catalog.statement(of: peerID)?.saysTheSame(as: entry) != true
        let acceptance = catalog.accept(entry.bytes, at: now)
        report(acceptance, of: peerID, from: peerID, into: &outbox)
        let isRoots = root.hear(peerID, isNews: isNews, at: now.instant, settings: settings)
        lone.note(EntrySummary(of: entry), at: now.instant, settings: settings)
        if let taken = taken(acceptance) {
            let isRare = isNews && isRareNews(ofRoot: isRoots, at: now.instant)
            passOn(taken, manner: .eager, isRare: isRare, from: nil)
        }
        return entry.sequence
    }
}

import Overlay

// How the passive view is filled and used.
extension Membership {
    /// Contacts from the DHT, which has had answers from them.
    public mutating func learn(_ contacts: [ContactRecord]) {
        for contact in contacts.prefix(settings.passive / 2) { reserve(contact) }
    }

    private mutating func reserve(_ contact: ContactRecord) {
        guard contact.peer != id, linked[contact.peer] == nil, contact.contact.roles.contains(.server),
            contact.contact.hasDialableAddress
        else { return }
        passive.insert(contact, capacity: settings.passive, random: &random)
    }

    // MARK: Shuffles

    mutating func mayShuffle(_ peer: PeerID, at now: Instant) -> Bool {
        let settings = settings
        return linked[peer]?.shuffles.take(burst: settings.shuffleBurst, interval: settings.shufflePeriod, at: now)
            ?? false
    }

    /// Begins an exchange of contacts with whoever is at the end of a short random walk.
    mutating func shuffle(at now: Moment, into outbox: inout [MembershipAction]) {
        let isWorthwhile = isHungry && passive.count > reservesAtShuffle
        shufflePause =
            isWorthwhile ? settings.hungryShuffleInterval : min(shufflePause * 2, settings.shuffleInterval)
        reservesAtShuffle = passive.count
        nextShuffle = now.instant + random.jittered(shufflePause, percent: 20)
        let neighbors = active
        guard !neighbors.isEmpty else { return }
        let shuffle = random.next()
        ownShuffle = shuffle
        counts.shuffles += 1
        let message = MembershipMessage.shuffle(id: shuffle, hops: settings.walk, contacts: selection(at: now))
        outbox.append(.send(message, to: neighbors[random.below(neighbors.count)]))
    }

    /// Own contact, some of neighbours, some of the passive view.
    private mutating func selection(at now: Moment) -> [[UInt8]] {
        var neighbors = linked.values.filter(\.isActive).compactMap(\.contact).filter {
            (try? $0.checkTime(at: now.wall, settings: contactSettings)) != nil
        }
        random.shuffle(&neighbors)
        let reserves = passive.sample(
            settings.shuffledPassive, at: now.wall, settings: contactSettings, random: &random)
        return ([own].compactMap(\.self) + neighbors.prefix(settings.shuffledActive) + reserves).map(\.bytes)
    }

    mutating func receive(
        _ shuffle: Shuffle, from peer: PeerID, at now: Moment, into outbox: inout [MembershipAction]
    ) {
        let others = active.filter { $0 != peer }
        if shuffle.hops > 1, !others.isEmpty {
            ways[shuffle.id] = peer
            let hops = min(shuffle.hops, settings.walk) - 1
            let message = MembershipMessage.shuffle(id: shuffle.id, hops: hops, contacts: shuffle.contacts)
            return outbox.append(.send(message, to: others[random.below(others.count)]))
        }
        outbox.append(.send(.shuffleReply(id: shuffle.id, contacts: selection(at: now)), to: peer))
        take(shuffle.contacts, from: peer, at: now, into: &outbox)
    }

    mutating func takeReply(
        _ shuffle: UInt64, _ contacts: [[UInt8]], from peer: PeerID, at now: Moment,
        into outbox: inout [MembershipAction]
    ) {
        if let way = ways.removeValue(forKey: shuffle) {
            return outbox.append(.send(.shuffleReply(id: shuffle, contacts: contacts), to: way))
        }
        guard ownShuffle == shuffle else { return outbox.append(.drop(.unexpected, from: peer)) }
        ownShuffle = nil
        take(contacts, from: peer, at: now, into: &outbox)
    }

    /// Contacts of others. One that is wrong ends the reading: whoever passes it on did not check it.
    private mutating func take(
        _ contacts: [[UInt8]], from peer: PeerID, at now: Moment, into outbox: inout [MembershipAction]
    ) {
        for bytes in contacts {
            guard let contact = checked(bytes, at: now.wall) else {
                return outbox.append(.drop(.badContact, from: peer))
            }
            reserve(contact)
        }
    }

    private func checked(_ bytes: [UInt8], at now: WallTime) -> ContactRecord? {
        guard let contact = try? ContactRecord(decoding: bytes, settings: contactSettings) else { return nil }
        if let known = verified[contact.peer], known == contact {
            return (try? contact.checkTime(at: now, settings: contactSettings)) == nil ? nil : contact
        }
        guard (try? contact.verify(at: now, settings: contactSettings)) != nil else { return nil }
        verified.insert(contact, for: contact.peer)
        return contact
    }

    // MARK: Excursions

    /// Seeks lost neighbours, and now and then a new one in the place of another.
    mutating func makeExcursions(at now: Moment, into outbox: inout [MembershipAction]) {
        for contact in passive.dueLosses(at: now.instant, settings: settings, random: &random) {
            makeExcursion(to: contact, into: &outbox)
        }
        guard nextExcursion <= now.instant else { return }
        nextExcursion = now.instant + random.jittered(settings.excursionInterval, percent: 20)
        let chosen = passive.sample(1, at: now.wall, settings: contactSettings, random: &random)
        if missing == 0, let contact = chosen.first { makeExcursion(to: contact, into: &outbox) }
    }

    private mutating func makeExcursion(to contact: ContactRecord, into outbox: inout [MembershipAction]) {
        guard linked[contact.peer] == nil, excursions.count < settings.lost else { return }
        excursions.append(contact.peer)
        outbox.append(.connect(contact))
    }
}

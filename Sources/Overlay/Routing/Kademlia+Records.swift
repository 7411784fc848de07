/// Which contact records are believed.
extension Kademlia {
    /// Whether a record may still be passed on.
    func isCurrent(_ record: ContactRecord, at now: WallTime) -> Bool {
        (try? record.checkTime(at: now, settings: settings.contact)) != nil
    }

    /// The acceptable ones of an answer. A forged signature ends the reading: checking signatures is the most that an
    /// answer can cost, and whoever passes on one forged record did not check any.
    mutating func acceptAll(
        _ records: some Sequence<[UInt8]>, from source: PeerID, at now: Moment, into actions: inout [KademliaAction]
    ) -> [ContactRecord] {
        var accepted: [ContactRecord] = []
        for bytes in records {
            switch checked(bytes, at: now) {
            case .success(let record):
                accepted.append(adopt(record))
            case .failure(let refusal):
                actions.append(.drop(.badRecord(refusal), from: source))
                if refusal == .badSignature { return accepted }
            }
        }
        return accepted
    }

    /// One record, when it is acceptable.
    mutating func accept(
        _ bytes: [UInt8], from source: PeerID?, at now: Moment, into actions: inout [KademliaAction]
    ) -> ContactRecord? {
        switch checked(bytes, at: now) {
        case .success(let record):
            return adopt(record)
        case .failure(let refusal):
            actions.append(.drop(.badRecord(refusal), from: source))
            return nil
        }
    }

    /// Checks form, time and signature. Bytes that were checked before are not even decoded, and an older record than the
    /// one that is held stands for the newer one.
    private mutating func checked(_ bytes: [UInt8], at now: Moment) -> Result<ContactRecord, ContactRefusal> {
        do throws(ContactRefusal) {
            let peer = ContactRecord.peer(in: bytes)
            if let peer, barred.contains(peer) { throw .barred }
            let held = peer.flatMap { contact(of: $0) }
            if let held, held.bytes == bytes { return .success(try current(held, at: now)) }
            // What is remembered may be another node's knowledge: only these very bytes count.
            if let record = peer.flatMap({ verified[$0] }), record.bytes == bytes {
                return .success(try current(newer(held, record), at: now))
            }
            let record = try ContactRecord(decoding: bytes, settings: settings.contact)
            if let held, !record.isNewer(than: held) { return .success(try current(held, at: now)) }
            try record.verify(at: now.wall, settings: settings.contact)
            verified.insert(record, for: record.peer)
            return .success(record)
        } catch {
            return .failure(error)
        }
    }

    private func newer(_ held: ContactRecord?, _ record: ContactRecord) -> ContactRecord {
        guard let held, !record.isNewer(than: held) else { return record }
        return held
    }

    private func current(_ record: ContactRecord, at now: Moment) throws(ContactRefusal) -> ContactRecord {
        try record.checkTime(at: now.wall, settings: settings.contact)
        return record
    }

    /// Replaces the contact that is held of the same node. A server that became a client or moved to another network
    /// leaves the table: it has to answer at its new address first.
    private mutating func adopt(_ record: ContactRecord) -> ContactRecord {
        guard let ref = peers.ref(of: record.peer), record.isNewer(than: peers[ref]) else { return record }
        let prefixes = peers.prefixes(ref)
        _ = peers.intern(record)
        if !record.contact.roles.contains(.server) || peers.prefixes(ref) != prefixes {
            _ = table.remove(ref, peers: &peers)
        }
        peers.release(ref)
        return record
    }

    /// Makes the node a candidate for the table when it could have a place there. True when it is news.
    @discardableResult
    mutating func consider(_ record: ContactRecord, at now: Moment) -> Bool {
        guard record.contact.roles.contains(.server), let bucket = table.bucket(of: record.key),
            table.hasRoom(inBucket: bucket), links[record.peer] == nil,
            !failures.contains(record.peer, at: now.instant)
        else { return false }
        guard let ref = peers.intern(record) else { return false }
        defer { peers.release(ref) }
        guard table.entry(ref, peers: peers) == nil, table.refusal(of: ref, bucket: bucket, peers: peers) == nil
        else { return false }
        return candidates.add(ref, table: &peers, random: &random)
    }
}

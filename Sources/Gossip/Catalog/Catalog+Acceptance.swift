import Overlay

/// What the cheap checks made of an entry.
enum Examination: Sendable {
    /// Known, byte for byte.
    case duplicate(EntryRef)
    case refused(Refusal)
    /// Nothing speaks against it but the signature, which has not been looked at.
    case candidate(CatalogEntry)
}

extension Catalog {
    /// Judges an entry and takes it if it is good. The checks that cost little come first; the signature, at 100 µs,
    /// comes last.
    public mutating func accept(_ bytes: [UInt8], at now: Moment) -> Acceptance {
        switch examine(bytes, at: now) {
        case .duplicate(let ref): .duplicate(ref)
        case .refused(let refusal): .refused(refusal)
        case .candidate(let entry): admit(entry, at: now)
        }
    }

    /// Takes back what ``snapshot`` gave, and verifies it again.
    /// - Returns: how many entries were refused.
    public mutating func restore(_ snapshot: [[UInt8]], at now: Moment) -> Int {
        snapshot.count { bytes in
            if case .refused = accept(bytes, at: now) { true } else { false }
        }
    }

    /// Everything that can be said of an entry without its signature.
    /// - Parameter form: how it came, when that is a compact form.
    func examine(_ bytes: [UInt8], form: WireForm = .untried, at now: Moment) -> Examination {
        guard bytes.count <= settings.entryLength else { return .refused(.oversized) }
        let remembered = EntryHeader.peer(in: bytes).flatMap { verified[$0] }.flatMap { $0.bytes == bytes ? $0 : nil }
        guard let header = try? remembered?.header ?? EntryHeader(decoding: bytes) else { return .refused(.malformed) }
        if let refusal = refusal(of: header, at: now.wall) { return .refused(refusal) }
        let ref = ref(of: header.peer)
        let known = ref.flatMap { record($0) }
        if let known, known.sequence > header.sequence { return .refused(.stale) }
        if let ref, let entry = known?.entry, entry.bytes == bytes { return .duplicate(ref) }
        let digest = remembered?.digest ?? SHA256.hash(bytes)
        let id = EntryID(digest: digest)
        if let ref, let known, known.sequence == header.sequence {
            guard let last = known.summary else { return .refused(.stale) }
            if known.isMemory && last.fingerprint == id.fingerprint { return .duplicate(ref) }
            if !known.isReplaced(byTwin: id) { return .refused(.equivocation) }
        }
        if forgeries.contains(id) { return .refused(.forged) }
        if let refusal = refusal(of: header, known: known, at: now.instant) { return .refused(refusal) }
        if let remembered { return .candidate(remembered) }
        guard let entry = try? CatalogEntry(decoding: bytes, header: header, digest: digest, form: form) else {
            return .refused(.malformed)
        }
        return .candidate(entry)
    }

    /// Checks the signature of a candidate and stores it, with the form in which it is passed on.
    /// - Precondition: ``examine(_:form:at:)`` made it a candidate, and nothing was stored since.
    mutating func admit(_ candidate: CatalogEntry, at now: Moment) -> Acceptance {
        guard verified[candidate.peer] == candidate || candidate.hasValidSignature else {
            _ = forgeries.insert(candidate.id)
            return .refused(.forged)
        }
        let entry = settings.dictionaries.last.map(candidate.deflated(with:)) ?? candidate
        verified.insert(entry, for: entry.peer)
        let wasListed = self[entry.peer] != nil
        let isOver = entry.expiry <= now.wall
        let isAddition = entry.kind == .live && !isOver && !wasListed
        if isAddition && keeps(entry) { makeRoom(at: now.instant) }
        guard keeps(entry) else {
            _ = store(.passed(entry), of: entry, at: now)
            return .passed(entry, wasListed: wasListed)
        }
        if isAddition && isFull && entry.peer != owner { return .refused(.full) }
        switch entry.kind {
        case .tombstone:
            return .withdrawn(store(.withdrawn(entry), of: entry, at: now), wasListed: wasListed)
        case .live where isOver:
            return .withdrawn(store(.lapsed(entry), of: entry, at: now), wasListed: wasListed)
        case .live:
            let ref = store(.live(entry), of: entry, at: now)
            return wasListed ? .replaced(ref) : .new(ref)
        }
    }

    /// Whether the catalog would be better off with the entry that `summary` is about.
    func wants(_ summary: EntrySummary) -> Bool {
        let group = records(withKey: summary.key)
        guard !group.isEmpty else { return hasRoom(for: .live) }
        return group.allSatisfy { known in
            known.sequence == summary.sequence
                ? known.summary.map { summary.fingerprint < $0.fingerprint } ?? false
                : known.sequence < summary.sequence
        }
    }

    /// Whether the entry that `summary` is about is still the last of its peer.
    func holds(_ summary: EntrySummary) -> Bool {
        records(withKey: summary.key).contains { $0.summary == summary }
    }

    /// Almost always one; two peers whose keys begin alike take 2^32 attempts to make.
    func records(withKey key: UInt64) -> [Record] {
        let start = ranks.partitionPoint { $0.key >= key }
        return ranks[start...].prefix { $0.key == key }.compactMap { record($0.ref) }
    }

    private func refusal(of header: EntryHeader, at now: WallTime) -> Refusal? {
        if header.mesh != mesh { return .foreignMesh }
        if barred.contains(header.peer) { return .revoked }
        if header.ttl > settings.maximumTTL { return .ttlTooLong }
        if header.issuedAt > now + settings.clockSkew { return .fromTheFuture }
        if header.expiry + settings.clockSkew <= now { return .expired }
        return nil
    }

    private func refusal(of header: EntryHeader, known: Record?, at now: Instant) -> Refusal? {
        if header.peer == owner { return nil }
        guard let known else { return hasRoom(for: header.kind) ? nil : .full }
        if header.kind == .live && !known.isListed && isFull && !canNarrow { return .full }
        let isRelief = known.isListed && header.kind == .tombstone
        let isAllowed = known.changes.allows(
            burst: settings.originBurst, interval: settings.originInterval, at: now)
        return isAllowed || isRelief ? nil : .rateLimited(origin: header.peer)
    }
}

extension Record {
    /// Between two entries with the same sequence number the lower hash wins, so that all nodes choose alike.
    fileprivate func isReplaced(byTwin id: EntryID) -> Bool {
        entry.map { id < $0.id } ?? summary.map { id.fingerprint < $0.fingerprint } ?? false
    }
}

extension Catalog {
    /// An entry that is what it says: well-formed, of this mesh, within its time, signed by its peer, and not older than
    /// what is known of that peer. Nothing is stored.
    public func verified(_ bytes: [UInt8], at now: Moment) throws(Refusal) -> CatalogEntry {
        guard bytes.count <= settings.entryLength else { throw .oversized }
        guard let header = try? EntryHeader(decoding: bytes) else { throw .malformed }
        if let refusal = refusal(of: header, at: now.wall) { throw refusal }
        if let known = ref(of: header.peer).flatMap({ record($0) }) {
            if known.sequence > header.sequence { throw .stale }
            if let entry = known.entry, entry.bytes == bytes { return entry }
        }
        if let remembered = self.verified[header.peer], remembered.bytes == bytes { return remembered }
        guard let entry = try? CatalogEntry(decoding: bytes, header: header, digest: SHA256.hash(bytes)) else {
            throw .malformed
        }
        guard entry.hasValidSignature else { throw .forged }
        self.verified.insert(entry, for: entry.peer)
        return entry
    }

    /// What a peer said last and can be passed on, be it listed or withdrawn.
    public func statement(of peer: PeerID) -> CatalogEntry? { ref(of: peer).flatMap { record($0)?.entry } }
}

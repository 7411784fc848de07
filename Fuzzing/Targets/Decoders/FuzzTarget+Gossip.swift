import Gossip
import Mutations
import Overlay

extension FuzzTarget {
    /// The signed catalog, revocations, and what neighbours say about both.
    static func gossip(_ samples: Samples) -> [FuzzTarget] {
        [
            .codec(
                "gossip", "messages about the catalog and about revocations",
                samples: samples.gossipMessages.map { $0.encode().array },
                decode: { try GossipMessage(decoding: Bytes(bytes: $0)) }, encode: { $0.encode().array }),
            .codec(
                "membership", "messages about being neighbours",
                samples: samples.membershipMessages.map { $0.encode().array },
                decode: { try MembershipMessage(decoding: Bytes(bytes: $0)) }, encode: { $0.encode().array }),
            catalogEntry(samples),
            compactEntry(samples),
            revocation(samples),
        ]
    }

    private static func catalogEntry(_ samples: Samples) -> FuzzTarget {
        let signing = Signing(samples.identities, domain: "sam catalog entry v1\0", keyOffset: 34)
        let mesh = samples.mesh
        return FuzzTarget(
            "catalog-entry", "entries of the catalog", form: .bytes, samples: samples.entries.map(\.bytes)
        ) { input, random in
            let bytes = random.isOnce(in: 4) ? input : signing.sign(input, &random)
            var catalog = Catalog(mesh: mesh)
            switch catalog.accept(bytes, at: Samples.moment) {
            case .refused(let refusal): return .refused(refusal)
            case .new, .replaced, .withdrawn, .duplicate: break
            case .passed: return .broken("an empty catalog has no room for an entry")
            }
            guard catalog.snapshot == [bytes] else { return .broken("an entry that does not keep its bytes") }
            guard case .duplicate = catalog.accept(bytes, at: Samples.moment) else {
                return .broken("an entry that is not known when it comes again")
            }
            for entry in catalog.entries {
                for service in entry.services where ServiceName(service.name.description) != service.name {
                    return .broken("a name that cannot be written")
                }
            }
            return .accepted(catalog.liveCount == 1 ? "live" : "over")
        }
    }

    /// Compact forms, and whatever else may stand in their place.
    private static func compactEntry(_ samples: Samples) -> FuzzTarget {
        let (mesh, limit) = (samples.mesh, GossipSettings().entryLength)
        let compact = samples.entries.compactMap { EntryDictionary.first.deflate($0.bytes, of: mesh) }
        return FuzzTarget(
            "compact-entry", "compact forms of entries", form: .bytes, samples: compact
        ) { input, _ in
            do {
                let entry = try EntryDictionary.first.inflate(input, of: mesh, limit: limit)
                guard entry.count <= limit else { return .broken("inflates to more than the limit") }
                guard input.count < entry.count else { return .broken("is longer than what it stands for") }
                guard let again = EntryDictionary.first.deflate(entry, of: mesh) else { return .accepted("plain") }
                guard try EntryDictionary.first.inflate(again, of: mesh, limit: limit) == entry else {
                    return .broken("inflates otherwise when it was deflated again")
                }
                return .accepted("compact")
            } catch {
                return .refused(error)
            }
        }
    }

    private static func revocation(_ samples: Samples) -> FuzzTarget {
        let signing = Signing([samples.rootIdentity], domain: "sam revocation v1\0", keyOffset: 34)
        let (mesh, root) = (samples.mesh, samples.rootIdentity.publicKey)
        return FuzzTarget(
            "revocation", "revocations", form: .bytes, samples: samples.revocations.map(\.bytes)
        ) { input, random in
            let bytes = random.isOnce(in: 3) ? input : signing.sign(input, &random)
            do {
                let revocation = try Revocation(decoding: bytes)
                let signature = Array(bytes.suffix(64))
                guard revocation.contents.signed(signature).bytes == bytes else {
                    return .broken("is written otherwise than it was read")
                }
                var list = RevocationList(mesh: mesh, roots: [root], skew: .seconds(120))
                switch list.accept([bytes], at: Samples.start).first {
                case .new: break
                case .refused(let refusal): return .refused(refusal)
                case .duplicate, nil: return .broken("an empty list knows it")
                }
                guard case .duplicate = list.accept([bytes], at: Samples.start).first else {
                    return list.statementCount == 0
                        ? .accepted("over") : .broken("is not known when it comes again")
                }
                return .accepted("read")
            } catch {
                return .refused(error)
            }
        }
    }
}

extension Samples {
    /// One of each kind.
    var gossipMessages: [GossipMessage] {
        let bytes = entries.map(\.bytes)
        let items = entries.map { ReconciliationItem(timestamp: $0.sequence, id: SHA256.hash($0.bytes)) }
        let ranges = Reconciler(ItemVector(items)).opening()
        let summaries = summaries
        let tally = RevocationTally(root: rootIdentity.publicKey, floor: 1, through: 4, hash: words[2])
        var selection = ShardSelection.everything
        selection.drop(ServiceShard(of: identities[0].peerID))
        selection.keep(ServiceShard(of: identities[1].peerID), depth: 3)
        return [
            .compareShards(session: 1, selection, ranges), .narrow(session: 1, selection), .push(bytes),
            .supply(request: 1, isLast: true, entries: [bytes[0]]), .have(summaries),
            .want(request: 1, summaries), .compare(session: 1, ranges), .difference(session: 1, ranges),
            .lack(session: 1, [1, 2, 3]), .summaries(session: 1, summaries), .announce(summaries), .graft(summaries),
            .prune, .tally(isQuestion: true, [tally]), .revocations(revocations.map(\.bytes)),
            .packedPush(packed), .packedSupply(request: 1, isLast: true, entries: packed), .widePush(packed),
        ]
    }

    /// As they stand in a message that was read: nobody else makes them.
    private var packed: [PackedEntry] {
        var writer = Writer()
        writer.uint8(GossipMessage.Kind.packedPush.rawValue)
        writer.uint16(UInt16(entries.count))
        for entry in entries {
            let compact = EntryDictionary.first.deflate(entry.bytes, of: mesh)
            writer.uint8(compact == nil ? PackedEntry.plain : EntryDictionary.first.rawValue)
            writer.uint16(UInt16((compact ?? entry.bytes).count))
            writer.raw(compact ?? entry.bytes)
        }
        guard case .packedPush(let entries) = try? GossipMessage(decoding: writer.bytes) else { return [] }
        return entries
    }

    /// As they stand in a message that was read: nobody else makes them.
    private var summaries: [EntrySummary] {
        var writer = Writer()
        writer.uint8(GossipMessage.Kind.have.rawValue)
        writer.uint16(UInt16(entries.count))
        for entry in entries {
            writer.uint64(NodeKey(entry.peer).bytes.bigEndianWords.0)
            writer.uint64(entry.sequence)
            writer.raw(Array(SHA256.hash(entry.bytes).array.prefix(4)))
        }
        guard case .have(let summaries) = try? GossipMessage(decoding: writer.bytes) else { return [] }
        return summaries
    }

    /// One of each kind.
    var membershipMessages: [MembershipMessage] {
        let records = contacts.map(\.bytes)
        return [
            .neighbor(isUrgent: true), .neighbor(isUrgent: false), .accept, .decline, .disconnect,
            .shuffle(id: 7, hops: 3, contacts: records), .shuffleReply(id: 7, contacts: Array(records.prefix(2))),
        ]
    }
}

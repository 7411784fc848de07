import Gossip
import Inference
import Overlay

/// The length that a message has on the wire and a digest of what it says, from its fields: nothing is encoded for it.
struct MessageMeasure: Hashable {
    private(set) var length = 0
    private var state = Digest64(seed: 3)

    var digest: UInt64 { state.state }

    init(_ message: LinkMessage) {
        word(UInt64(MessageKind(message).rawValue), 1)
        switch message {
        case .hello(let hello):
            word(0, 1)
            bytes(hello.meshID.bytes)
            shortBytes(hello.token)
        case .verdict(let verdict): add(verdict)
        case .kademlia(let message): add(message)
        case .gossip(let message): add(message)
        case .membership(let message):
            // Rare: it is encoded.
            shortBytes(Array(message.encode().readableBytesView))
            length -= 2
        case .unlinked(let peer): bytes(peer.publicKey.bytes)
        case .load(let load):
            word(UInt64(load.service.type.rawValue), 1)
            shortBytes(Array(load.service.name.utf8))
            length -= 1
            word(UInt64(load.running), 2)
            word(UInt64(load.slots ?? 0), 2)
        case .calendar(let wall): word(wall.milliseconds, 8)
        }
    }

    // MARK: Kinds

    private mutating func add(_ verdict: Verdict) {
        word(UInt64(verdict.code.rawValue), 1)
        shortBytes(Array(verdict.message.utf8.prefix(512)))
        word(UInt64(min(verdict.contacts.count, 8)), 1)
        for contact in verdict.contacts.prefix(8) { shortBytes(contact) }
    }

    private mutating func add(_ message: KademliaMessage) {
        length += 1
        switch message {
        case .findNode(let request, let target, let count, let skip):
            word(UInt64(request), 4)
            word(UInt64(clamping: count), 1)
            word(UInt64(clamping: skip), 1)
            bytes(target.bytes)
        case .nodes(let request, let records, let hasMore):
            word(UInt64(request), 4)
            word(hasMore ? 1 : 0, 1)
            word(UInt64(records.count), 1)
            for record in records { shortBytes(record) }
        case .contact(let record):
            shortBytes(record)
            length -= 2
        case .askTicket, .register, .registration, .findAdvertisements, .advertisements, .askDialBack, .dialBack:
            // Rare: a message of these is encoded.
            let encoded = Array(message.encode().readableBytesView.dropFirst())
            shortBytes(encoded)
            length -= 2
        }
    }

    private mutating func add(_ message: GossipMessage) {
        length += 1
        switch message {
        case .push(let entries): add(entries)
        case .supply(let request, let isLast, let entries):
            word(UInt64(request), 4)
            word(isLast ? 1 : 0, 1)
            add(entries)
        case .have(let summaries): add(summaries)
        case .want(let request, let summaries):
            word(UInt64(request), 4)
            add(summaries)
        case .compare(let session, let ranges), .difference(let session, let ranges):
            word(UInt64(session), 4)
            shortBytes(ranges)
            length -= 2
        case .compareShards, .narrow:
            // Rare, too.
            shortBytes(Array(message.encode().readableBytesView.dropFirst()))
            length -= 2
        case .lack(let session, let ids):
            word(UInt64(session), 4)
            word(UInt64(ids.count), 2)
            for id in ids { word(id, 8) }
        case .summaries(let session, let summaries):
            word(UInt64(session), 4)
            add(summaries)
        case .announce(let summaries), .graft(let summaries): add(summaries)
        case .prune: break
        case .tally(let isQuestion, let tallies):
            word(isQuestion ? 1 : 0, 1)
            word(UInt64(tallies.count), 1)
            for tally in tallies {
                bytes(tally.root.bytes)
                word(tally.floor, 8)
                word(tally.through, 8)
                bytes(tally.hash)
            }
        case .revocations(let statements): add(statements)
        case .packedPush(let entries), .widePush(let entries): add(entries)
        case .packedSupply(let request, let isLast, let entries):
            word(UInt64(request), 4)
            word(isLast ? 1 : 0, 1)
            add(entries)
        }
    }

    // MARK: Parts

    private mutating func add(_ entries: [[UInt8]]) {
        word(UInt64(entries.count), 2)
        for entry in entries { shortBytes(entry) }
    }

    private mutating func add(_ entries: [PackedEntry]) {
        word(UInt64(entries.count), 2)
        for entry in entries {
            word(UInt64(entry.dictionary), 1)
            shortBytes(entry.bytes)
        }
    }

    private mutating func add(_ summaries: [EntrySummary]) {
        word(UInt64(summaries.count), 2)
        for summary in summaries {
            word(summary.key, 8)
            word(summary.sequence, 8)
            word(UInt64(summary.fingerprint), 4)
        }
    }

    /// An integer of so many bytes.
    private mutating func word(_ value: UInt64, _ width: Int) {
        state.absorb(value)
        length += width
    }

    private mutating func bytes(_ bytes: Bytes32) {
        let words = bytes.bigEndianWords
        for word in [words.0, words.1, words.2, words.3] { state.absorb(word) }
        length += Bytes32.count
    }

    /// A length of two bytes and as many bytes.
    private mutating func shortBytes(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { state.absorb($0) }
        length += 2 + bytes.count
    }
}

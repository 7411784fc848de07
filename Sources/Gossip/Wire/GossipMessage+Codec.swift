import Overlay

// Integers are big-endian. The frame's length is the transport's affair.
//
//   push     1, count u16, entries: length u16 and bytes each
//   supply   2, request u32, last u8 (0 or 1), count u16, entries as above
//   have     3, count u16, summaries: key u64, sequence u64, fingerprint u32 each
//   want     4, request u32, count u16, summaries as above
//   tally    9, question u8 (0 or 1), count u8, tallies: root key [32], floor u64, through u64, SHA-256 [32] each
//   revocations 10, count u16, revocations: length u16 and bytes each
//   packed push   11, count u16, entries: dictionary u8, length u16 and bytes each
//   packed supply 12, request u32, last u8 (0 or 1), count u16, entries as in packed push
//   wide push     13, as packed push
//   compare     20, session u32, ranges (the rest)
//   difference  21, session u32, ranges (the rest)
//   lack        22, session u32, count u16, first eight bytes of an id each
//   summaries   23, session u32, count u16, summaries as above
//   compare shards 24, session u32, selection (ShardSelection+Codec.swift), ranges (the rest)
//   narrow      25, session u32, selection
//   announce    30, count u16, summaries as above
//   graft       31, count u16, summaries as above
//   prune       32
extension GossipMessage {
    /// Bytes that every message with entries has besides them.
    private static let overhead = 8
    /// Bytes in front of an entry: its length, and in packed messages its dictionary.
    private static let overheadOfEntry = 3

    /// The message as it goes into a frame.
    public func encode() -> Bytes {
        var writer = Writer(reserving: 128)
        writer.uint8(kind.rawValue)
        switch self {
        case .push(let entries): writer.entries(entries)
        case .supply(let request, let isLast, let entries):
            writer.uint32(request)
            writer.uint8(isLast ? 1 : 0)
            writer.entries(entries)
        case .have(let summaries): writer.summaries(summaries)
        case .want(let request, let summaries):
            writer.uint32(request)
            writer.summaries(summaries)
        case .compare(let session, let ranges), .difference(let session, let ranges):
            writer.uint32(session)
            writer.raw(ranges)
        case .lack(let session, let ids):
            writer.uint32(session)
            writer.ids(ids)
        case .summaries(let session, let summaries):
            writer.uint32(session)
            writer.summaries(summaries)
        case .compareShards(let session, let selection, let ranges):
            writer.uint32(session)
            selection.write(to: &writer)
            writer.raw(ranges)
        case .narrow(let session, let selection):
            writer.uint32(session)
            selection.write(to: &writer)
        case .announce(let summaries), .graft(let summaries): writer.summaries(summaries)
        case .prune: break
        case .tally(let isQuestion, let tallies):
            writer.uint8(isQuestion ? 1 : 0)
            writer.tallies(tallies)
        case .revocations(let statements): writer.entries(statements)
        case .packedPush(let entries), .widePush(let entries): writer.packed(entries)
        case .packedSupply(let request, let isLast, let entries):
            writer.uint32(request)
            writer.uint8(isLast ? 1 : 0)
            writer.packed(entries)
        }
        return writer.bytes
    }

    /// Reads one message; the entries in it are not looked at.
    /// - Throws: ``MalformedMessage``, after which the neighbour's link is not worth keeping.
    public init(decoding bytes: Bytes) throws(MalformedMessage) {
        self = try Reader.message(in: bytes) { (reader: inout Reader) in try GossipMessage(reading: &reader) }
    }

    private init(reading reader: inout Reader) throws {
        let code = try reader.uint8()
        guard let kind = Kind(rawValue: code) else { throw MalformedMessage.unknownKind(code) }
        switch kind {
        case .push: self = .push(try reader.entries())
        case .supply:
            self = .supply(request: try reader.uint32(), isLast: try reader.flag(), entries: try reader.entries())
        case .have: self = .have(try reader.summaries())
        case .want: self = .want(request: try reader.uint32(), try reader.summaries())
        case .compare: self = .compare(session: try reader.uint32(), reader.takeRest().array)
        case .difference: self = .difference(session: try reader.uint32(), reader.takeRest().array)
        case .lack: self = .lack(session: try reader.uint32(), try reader.ids())
        case .summaries: self = .summaries(session: try reader.uint32(), try reader.summaries())
        case .compareShards:
            self = .compareShards(
                session: try reader.uint32(), try ShardSelection(reading: &reader), reader.takeRest().array)
        case .narrow: self = .narrow(session: try reader.uint32(), try ShardSelection(reading: &reader))
        case .announce: self = .announce(try reader.summaries())
        case .graft: self = .graft(try reader.summaries())
        case .prune: self = .prune
        case .tally: self = .tally(isQuestion: try reader.flag(), try reader.tallies())
        case .revocations: self = .revocations(try reader.entries())
        case .packedPush: self = .packedPush(try reader.packed())
        case .widePush: self = .widePush(try reader.packed())
        case .packedSupply:
            self = .packedSupply(
                request: try reader.uint32(), isLast: try reader.flag(), entries: try reader.packed())
        }
    }

    /// Divides entries or revocations into lists that each fit into one message.
    static func frames(of entries: [[UInt8]]) -> [[[UInt8]]] { frames(of: entries, length: \.count) }

    /// Divides entries into lists that each fit into one message, be they deflated or not: the entries of a packed message,
    /// too, are no longer than a message once they were inflated.
    static func frames<Entry>(of entries: [Entry], length lengthOf: (Entry) -> Int) -> [[Entry]] {
        var frames: [[Entry]] = []
        var frame: [Entry] = []
        var length = overhead
        for entry in entries {
            let added = lengthOf(entry) + overheadOfEntry
            let isFull = frame.count == GossipSettings.entriesPerMessage
            if isFull || (!frame.isEmpty && length + added > GossipSettings.messageLength) {
                frames.append(frame)
                frame = []
                length = overhead
            }
            frame.append(entry)
            length += added
        }
        if !frame.isEmpty { frames.append(frame) }
        return frames
    }
}

/// Why a frame is not a message.
public enum MalformedMessage: Error, Hashable, Sendable {
    /// Longer than ``GossipSettings/messageLength``.
    case tooLong(Int)
    case unknownKind(UInt8)
    /// More elements than the message may have.
    case count(Int)
    /// A flag that is neither 0 nor 1.
    case flag(UInt8)
    /// Numbers of revocations that nobody can have.
    case tally
    /// Shards in a sample of what is not selected, or a depth that there is not.
    case selection
    case wire(WireError)
}

extension Writer {
    fileprivate mutating func entries(_ entries: [[UInt8]]) {
        uint16(UInt16(clamping: entries.count))
        for entry in entries {
            uint16(UInt16(clamping: entry.count))
            raw(entry)
        }
    }

    fileprivate mutating func packed(_ entries: [PackedEntry]) {
        uint16(UInt16(clamping: entries.count))
        for entry in entries {
            uint8(entry.dictionary)
            uint16(UInt16(clamping: entry.bytes.count))
            raw(entry.bytes)
        }
    }

    fileprivate mutating func summaries(_ summaries: [EntrySummary]) {
        uint16(UInt16(clamping: summaries.count))
        for summary in summaries { summary.write(to: &self) }
    }

    fileprivate mutating func ids(_ ids: [UInt64]) {
        uint16(UInt16(clamping: ids.count))
        for id in ids { uint64(id) }
    }

    fileprivate mutating func tallies(_ tallies: [RevocationTally]) {
        uint8(UInt8(clamping: tallies.count))
        for tally in tallies {
            bytes32(tally.root.bytes)
            uint64(tally.floor)
            uint64(tally.through)
            bytes32(tally.hash)
        }
    }
}

extension Reader {
    fileprivate mutating func entries() throws -> [[UInt8]] {
        let count = Int(try uint16())
        guard count <= GossipSettings.entriesPerMessage else { throw MalformedMessage.count(count) }
        var entries: [[UInt8]] = []
        for _ in 0..<count { entries.append(try array(Int(uint16()))) }
        return entries
    }

    fileprivate mutating func packed() throws -> [PackedEntry] {
        let count = Int(try uint16())
        guard count <= GossipSettings.entriesPerMessage else { throw MalformedMessage.count(count) }
        var entries: [PackedEntry] = []
        for _ in 0..<count {
            entries.append(PackedEntry(dictionary: try uint8(), bytes: try array(Int(uint16()))))
        }
        return entries
    }

    fileprivate mutating func summaries() throws -> [EntrySummary] {
        let count = Int(try uint16())
        guard count <= GossipSettings.summariesPerMessage else { throw MalformedMessage.count(count) }
        var summaries: [EntrySummary] = []
        for _ in 0..<count { summaries.append(try EntrySummary(reading: &self)) }
        return summaries
    }

    fileprivate mutating func ids() throws -> [UInt64] {
        let count = Int(try uint16())
        guard count <= GossipSettings.summariesPerMessage else { throw MalformedMessage.count(count) }
        var ids: [UInt64] = []
        for _ in 0..<count { ids.append(try uint64()) }
        return ids
    }

    fileprivate mutating func tallies() throws -> [RevocationTally] {
        let count = Int(try uint8())
        guard count <= GossipSettings.mostRoots else { throw MalformedMessage.count(count) }
        var tallies: [RevocationTally] = []
        for _ in 0..<count {
            let tally = RevocationTally(
                root: PublicKey(bytes: try bytes32()), floor: try uint64(), through: try uint64(),
                hash: try bytes32())
            guard tally.isConsistent else { throw MalformedMessage.tally }
            tallies.append(tally)
        }
        return tallies
    }
}

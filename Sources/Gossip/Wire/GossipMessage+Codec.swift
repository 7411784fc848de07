import Overlay

// Integers are big-endian. The frame's length is the transport's affair.
//
//   push     1, count u16, entries: length u16 and bytes each
//   supply   2, request u32, last u8 (0 or 1), count u16, entries as above
//   have     3, count u16, summaries: key u64, sequence u64, fingerprint u32 each
//   want     4, request u32, count u16, summaries as above
//   compare  5, session u32, count u32, SHA-256 [32] over the summaries of all entries
//   equal    6, session u32
//   turn     7, session u32, from u64
//   page     8, session u32, from u64, through u64, count u16, summaries as above
//   tally    9, question u8 (0 or 1), count u8, tallies: root key [32], floor u64, through u64, SHA-256 [32] each
//   revocations 10, count u16, revocations: length u16 and bytes each
extension GossipMessage {
    /// Bytes that every message with entries has besides them.
    private static let overhead = 8
    /// Bytes of an entry's length.
    private static let lengthOfLength = 2

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
        case .compare(let session, let digest):
            writer.uint32(session)
            writer.uint32(digest.count)
            writer.bytes32(digest.hash)
        case .equal(let session): writer.uint32(session)
        case .turn(let session, let from):
            writer.uint32(session)
            writer.uint64(from)
        case .page(let session, let page):
            writer.uint32(session)
            writer.uint64(page.from)
            writer.uint64(page.through)
            writer.summaries(page.summaries)
        case .tally(let isQuestion, let tallies):
            writer.uint8(isQuestion ? 1 : 0)
            writer.tallies(tallies)
        case .revocations(let statements): writer.entries(statements)
        }
        return writer.bytes
    }

    /// Reads one message; the entries in it are not looked at.
    /// - Throws: ``MalformedMessage``, after which the neighbour's link is not worth keeping.
    public init(decoding bytes: Bytes) throws(MalformedMessage) {
        guard bytes.readableBytes <= GossipSettings.messageLength else { throw .tooLong(bytes.readableBytes) }
        var reader = Reader(bytes)
        do {
            let message = try GossipMessage(reading: &reader)
            try reader.end()
            self = message
        } catch let error as WireError {
            throw .wire(error)
        } catch let error as MalformedMessage {
            throw error
        } catch {
            throw .wire(.truncated)
        }
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
        case .compare:
            self = .compare(
                session: try reader.uint32(),
                CatalogDigest(count: try reader.uint32(), hash: try reader.bytes32()))
        case .equal: self = .equal(session: try reader.uint32())
        case .turn: self = .turn(session: try reader.uint32(), from: try reader.uint64())
        case .page:
            self = .page(
                session: try reader.uint32(),
                SummaryPage(
                    from: try reader.uint64(), through: try reader.uint64(), summaries: try reader.summaries()))
        case .tally: self = .tally(isQuestion: try reader.flag(), try reader.tallies())
        case .revocations: self = .revocations(try reader.entries())
        }
    }

    /// Divides entries into lists that each fit into one message.
    static func frames(of entries: [[UInt8]]) -> [[[UInt8]]] {
        var frames: [[[UInt8]]] = []
        var frame: [[UInt8]] = []
        var length = overhead
        for entry in entries {
            let added = entry.count + lengthOfLength
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

    fileprivate mutating func summaries(_ summaries: [EntrySummary]) {
        uint16(UInt16(clamping: summaries.count))
        for summary in summaries { summary.write(to: &self) }
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
    fileprivate mutating func flag() throws -> Bool {
        switch try uint8() {
        case 0: false
        case 1: true
        case let other: throw MalformedMessage.flag(other)
        }
    }

    fileprivate mutating func entries() throws -> [[UInt8]] {
        let count = Int(try uint16())
        guard count <= GossipSettings.entriesPerMessage else { throw MalformedMessage.count(count) }
        var entries: [[UInt8]] = []
        for _ in 0..<count { entries.append(try array(Int(uint16()))) }
        return entries
    }

    fileprivate mutating func summaries() throws -> [EntrySummary] {
        let count = Int(try uint16())
        guard count <= GossipSettings.summariesPerMessage else { throw MalformedMessage.count(count) }
        var summaries: [EntrySummary] = []
        for _ in 0..<count { summaries.append(try EntrySummary(reading: &self)) }
        return summaries
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

/// What two nodes say to each other about the overlay's topology.
///
/// Layout, integers big-endian, first byte the type:
///
///     find node 1 │ request 4 │ count 1 │ skip 1 │ target 32
///     nodes     2 │ request 4 │ more 1 │ count 1 │ { length 2 │ contact record } × count
///     contact   3 │ contact record
///
/// A request's number means something only to its sender. Over a link an answer has all that was asked for; over datagrams
/// as much as one holds, and the rest is asked for with further questions that skip what is there. Records travel as the bytes that their node
/// signed; whether they are valid is checked by whoever uses them.
public enum KademliaMessage: Hashable, Sendable {
    /// Asks for the peers nearest to `target`, at most `count` (0 to 20), without the `skip` nearest of them. With a count
    /// of 0 it only asks whether somebody is there.
    case findNode(request: UInt32, target: NodeKey, count: Int, skip: Int = 0)
    /// Answers with contact records, nearest first; whether there are more of what was asked for than found room.
    case nodes(request: UInt32, records: [[UInt8]], hasMore: Bool = false)
    /// Tells the sender's own contact; sent when a link begins and when the record was renewed.
    case contact(record: [UInt8])

    /// Bytes of a whole message, refused above.
    public static let maximumLength = 16 * 1_024
    /// Records in an answer: Kademlia's k.
    public static let maximumRecords = 20
    /// Bytes of one record.
    public static let maximumRecordLength = 512
    /// Bytes of a question.
    public static let longestQuestion = 39
    /// Bytes of an answer without records.
    static let answerOverhead = 7
    /// Bytes before each record.
    static let recordOverhead = 2

    private enum Kind: UInt8 {
        case findNode = 1
        case nodes = 2
        case contact = 3
    }

    /// Why bytes are no message.
    public enum Refusal: Error, Hashable, Sendable {
        /// Longer than ``KademliaMessage/maximumLength``.
        case tooLong(Int)
        /// Cut short or followed by other bytes.
        case malformed(WireError)
        /// A type that this version does not know.
        case unknownKind(UInt8)
        /// More records, asked for or sent, than ``KademliaMessage/maximumRecords``.
        case tooManyRecords(Int)
        /// Neither 0 nor 1 where one of them must stand.
        case badFlag(UInt8)
        /// A record that is empty or longer than ``KademliaMessage/maximumRecordLength``.
        case badRecordLength(Int)
    }

    /// Reads one message that must fill `bytes`.
    public init(decoding bytes: Bytes) throws(Refusal) {
        guard bytes.readableBytes <= Self.maximumLength else { throw .tooLong(bytes.readableBytes) }
        do {
            var reader = Reader(bytes)
            self = try Self.message(from: &reader)
            try reader.end()
        } catch let error as WireError {
            throw .malformed(error)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            preconditionFailure("a message failed with \(error)")
        }
    }

    /// The bytes on the wire.
    /// - Precondition: counts and lengths are within the bounds above.
    public func encode() -> Bytes {
        var writer = Writer()
        switch self {
        case .findNode(let request, let target, let count, let skip):
            writer.uint8(Kind.findNode.rawValue)
            writer.uint32(request)
            writer.uint8(UInt8(clamping: count))
            writer.uint8(UInt8(clamping: skip))
            writer.bytes32(target.bytes)
        case .nodes(let request, let records, let hasMore):
            precondition(records.count <= Self.maximumRecords, "an answer of \(records.count) records")
            writer.uint8(Kind.nodes.rawValue)
            writer.uint32(request)
            writer.uint8(hasMore ? 1 : 0)
            writer.uint8(UInt8(records.count))
            for record in records {
                writer.uint16(UInt16(record.count))
                writer.raw(record)
            }
        case .contact(let record):
            writer.uint8(Kind.contact.rawValue)
            writer.raw(record)
        }
        return writer.bytes
    }

    private static func message(from reader: inout Reader) throws -> KademliaMessage {
        let byte = try reader.uint8()
        guard let kind = Kind(rawValue: byte) else { throw Refusal.unknownKind(byte) }
        switch kind {
        case .findNode:
            let request = try reader.uint32()
            let count = Int(try reader.uint8())
            guard count <= maximumRecords else { throw Refusal.tooManyRecords(count) }
            let skip = Int(try reader.uint8())
            guard skip <= maximumRecords else { throw Refusal.tooManyRecords(skip) }
            return .findNode(request: request, target: NodeKey(bytes: try reader.bytes32()), count: count, skip: skip)
        case .nodes:
            let request = try reader.uint32()
            let more = try reader.uint8()
            guard more <= 1 else { throw Refusal.badFlag(more) }
            return .nodes(request: request, records: try records(from: &reader), hasMore: more == 1)
        case .contact:
            return .contact(record: try record(reader.remaining, from: &reader))
        }
    }

    private static func records(from reader: inout Reader) throws -> [[UInt8]] {
        let count = Int(try reader.uint8())
        guard count <= maximumRecords else { throw Refusal.tooManyRecords(count) }
        var records: [[UInt8]] = []
        records.reserveCapacity(count)
        for _ in 0..<count {
            let length = Int(try reader.uint16())
            records.append(try record(length, from: &reader))
        }
        return records
    }

    private static func record(_ length: Int, from reader: inout Reader) throws -> [UInt8] {
        guard length > 0, length <= maximumRecordLength else { throw Refusal.badRecordLength(length) }
        return try reader.array(length)
    }
}

/// What two nodes say to each other about the overlay's topology, and about advertisements kept in it.
///
/// Layout, integers big-endian, first byte the type:
///
///     find node           1 │ request 4 │ count 1 │ skip 1 │ target 32
///     nodes               2 │ request 4 │ more 1 │ count 1 │ { length 2 │ contact record } × count
///     contact             3 │ contact record
///     ask ticket          4 │ request 4 │ topic 32
///     register            5 │ request 4 │ topic 32 │ ticket 32 │ advertisement
///     registration        6 │ request 4 │ outcome 1 │ milliseconds 4 │ ticket 32
///     find advertisements 7 │ request 4 │ count 1 │ skip 1 │ topic 32
///     advertisements      8 │ request 4 │ more 1 │ count 1 │ { length 2 │ advertisement } × count
///     ask dial-back       9 │ request 4 │ port 2 │ nonce 16
///     dial-back          10 │ request 4 │ sent 1 │ address 16 │ port 2
///
/// Outcomes of a registration are 0 for waiting, 1 for registered, 2 for refused; a ticket comes with waiting only, and is
/// zero otherwise.
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
    /// Asks how long an advertisement of the sender has to wait for a place under `topic`.
    case askTicket(request: UInt32, topic: NodeKey)
    /// Wants a place for an advertisement, or to replace the sender's that is there: the latter without a ticket.
    case register(request: UInt32, topic: NodeKey, ticket: Ticket, advertisement: [UInt8])
    /// Answers both.
    case registration(request: UInt32, Registration)
    /// Asks for advertisements of a topic, at most `count` (0 to 20), without the first `skip` of them.
    case findAdvertisements(request: UInt32, topic: NodeKey, count: Int, skip: Int = 0)
    /// Answers with them; whether there are more of what was asked for than found room.
    case advertisements(request: UInt32, [[UInt8]], hasMore: Bool = false)
    /// Asks that `nonce` be sent to this port of the sender from another port than that of the answer. In datagrams only.
    case askDialBack(request: UInt32, port: UInt16, nonce: DialBackNonce)
    /// Answers whether that was done.
    case dialBack(request: UInt32, DialBackAnswer)

    /// The number of the question that it answers; nil for what is no answer.
    var answered: UInt32? {
        switch self {
        case .nodes(let request, _, _), .registration(let request, _), .advertisements(let request, _, _): request
        case .findNode, .contact, .askTicket, .register, .findAdvertisements, .askDialBack, .dialBack: nil
        }
    }

    /// Bytes of a whole message, refused above.
    public static let maximumLength = 16 * 1_024
    /// Records in an answer: Kademlia's k.
    public static let maximumRecords = 20
    /// Bytes of one record.
    public static let maximumRecordLength = 512
    /// Bytes of an advertisement.
    public static let maximumAdvertisementLength = 8 * 1_024
    /// Bytes of a question that may go in a first packet: all but those with an advertisement.
    public static let longestQuestion = 39
    /// Bytes of an answer without records.
    static let answerOverhead = 7
    /// Bytes before each record.
    static let recordOverhead = 2

    fileprivate enum Kind: UInt8 {
        case findNode = 1
        case nodes = 2
        case contact = 3
        case askTicket = 4
        case register = 5
        case registration = 6
        case findAdvertisements = 7
        case advertisements = 8
        case askDialBack = 9
        case dialBack = 10
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
        /// Neither 0 nor 1 where one of them must stand, or an outcome that is none.
        case badFlag(UInt8)
        /// A record or an advertisement that is empty, or longer than ``KademliaMessage/maximumRecordLength`` or
        /// ``KademliaMessage/maximumAdvertisementLength``.
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
            writer.question(.findNode, request, target, count, skip)
        case .nodes(let request, let records, let hasMore):
            writer.answer(.nodes, request, records, hasMore)
        case .contact(let record):
            writer.uint8(Kind.contact.rawValue)
            writer.raw(record)
        case .askTicket(let request, let topic):
            writer.uint8(Kind.askTicket.rawValue)
            writer.uint32(request)
            writer.bytes32(topic.bytes)
        case .register(let request, let topic, let ticket, let advertisement):
            writer.uint8(Kind.register.rawValue)
            writer.uint32(request)
            writer.bytes32(topic.bytes)
            writer.bytes32(ticket.bytes)
            writer.raw(advertisement)
        case .registration(let request, let registration):
            writer.uint8(Kind.registration.rawValue)
            writer.uint32(request)
            registration.write(to: &writer)
        case .findAdvertisements(let request, let topic, let count, let skip):
            writer.question(.findAdvertisements, request, topic, count, skip)
        case .advertisements(let request, let advertisements, let hasMore):
            writer.answer(.advertisements, request, advertisements, hasMore)
        case .askDialBack(let request, let port, let nonce):
            writer.uint8(Kind.askDialBack.rawValue)
            writer.uint32(request)
            writer.uint16(port)
            writer.raw(nonce.bytes)
        case .dialBack(let request, let answer):
            writer.uint8(Kind.dialBack.rawValue)
            writer.uint32(request)
            answer.write(to: &writer)
        }
        return writer.bytes
    }

    private static func message(from reader: inout Reader) throws -> KademliaMessage {
        let byte = try reader.uint8()
        guard let kind = Kind(rawValue: byte) else { throw Refusal.unknownKind(byte) }
        switch kind {
        case .findNode:
            let (request, count, skip, target) = try question(from: &reader)
            return .findNode(request: request, target: target, count: count, skip: skip)
        case .nodes:
            let (request, records, hasMore) = try answer(from: &reader, longest: maximumRecordLength)
            return .nodes(request: request, records: records, hasMore: hasMore)
        case .contact:
            return .contact(record: try item(reader.remaining, from: &reader, longest: maximumRecordLength))
        case .askTicket:
            return .askTicket(request: try reader.uint32(), topic: NodeKey(bytes: try reader.bytes32()))
        case .register:
            let request = try reader.uint32()
            let topic = NodeKey(bytes: try reader.bytes32())
            let ticket = Ticket(bytes: try reader.bytes32())
            let bytes = try item(reader.remaining, from: &reader, longest: maximumAdvertisementLength)
            return .register(request: request, topic: topic, ticket: ticket, advertisement: bytes)
        case .registration:
            return .registration(request: try reader.uint32(), try Registration(from: &reader))
        case .findAdvertisements:
            let (request, count, skip, topic) = try question(from: &reader)
            return .findAdvertisements(request: request, topic: topic, count: count, skip: skip)
        case .advertisements:
            let (request, found, hasMore) = try answer(from: &reader, longest: maximumAdvertisementLength)
            return .advertisements(request: request, found, hasMore: hasMore)
        case .askDialBack:
            return .askDialBack(
                request: try reader.uint32(), port: try reader.uint16(), nonce: try DialBackNonce(from: &reader))
        case .dialBack:
            return .dialBack(request: try reader.uint32(), try DialBackAnswer(from: &reader))
        }
    }

    private static func question(
        from reader: inout Reader
    ) throws -> (request: UInt32, count: Int, skip: Int, key: NodeKey) {
        let request = try reader.uint32()
        let count = Int(try reader.uint8())
        guard count <= maximumRecords else { throw Refusal.tooManyRecords(count) }
        let skip = Int(try reader.uint8())
        guard skip <= maximumRecords else { throw Refusal.tooManyRecords(skip) }
        return (request, count, skip, NodeKey(bytes: try reader.bytes32()))
    }

    private static func answer(
        from reader: inout Reader, longest: Int
    ) throws -> (request: UInt32, items: [[UInt8]], hasMore: Bool) {
        let request = try reader.uint32()
        let more = try reader.uint8()
        guard more <= 1 else { throw Refusal.badFlag(more) }
        let count = Int(try reader.uint8())
        guard count <= maximumRecords else { throw Refusal.tooManyRecords(count) }
        var items: [[UInt8]] = []
        items.reserveCapacity(count)
        for _ in 0..<count {
            let length = Int(try reader.uint16())
            items.append(try item(length, from: &reader, longest: longest))
        }
        return (request, items, more == 1)
    }

    private static func item(_ length: Int, from reader: inout Reader, longest: Int) throws -> [UInt8] {
        guard length > 0, length <= longest else { throw Refusal.badRecordLength(length) }
        return try reader.array(length)
    }
}

extension Registration {
    fileprivate func write(to writer: inout Writer) {
        let (outcome, span, ticket): (UInt8, TimeSpan, Ticket) =
            switch self {
            case .waiting(let span, let ticket): (0, span, ticket)
            case .registered(let span): (1, span, .none)
            case .refused: (2, .zero, .none)
            }
        writer.uint8(outcome)
        writer.uint32(UInt32(clamping: span.milliseconds))
        writer.bytes32(ticket.bytes)
    }

    fileprivate init(from reader: inout Reader) throws {
        let outcome = try reader.uint8()
        let span = TimeSpan.milliseconds(UInt64(try reader.uint32()))
        let ticket = Ticket(bytes: try reader.bytes32())
        switch outcome {
        case 0: self = .waiting(span, ticket)
        case 1: self = .registered(span)
        case 2: self = .refused
        default: throw KademliaMessage.Refusal.badFlag(outcome)
        }
    }
}

extension Writer {
    fileprivate mutating func question(
        _ kind: KademliaMessage.Kind, _ request: UInt32, _ key: NodeKey, _ count: Int, _ skip: Int
    ) {
        uint8(kind.rawValue)
        uint32(request)
        uint8(UInt8(clamping: count))
        uint8(UInt8(clamping: skip))
        bytes32(key.bytes)
    }

    fileprivate mutating func answer(
        _ kind: KademliaMessage.Kind, _ request: UInt32, _ items: [[UInt8]], _ hasMore: Bool
    ) {
        precondition(items.count <= KademliaMessage.maximumRecords, "an answer of \(items.count) items")
        uint8(kind.rawValue)
        uint32(request)
        uint8(hasMore ? 1 : 0)
        uint8(UInt8(items.count))
        for item in items {
            uint16(UInt16(item.count))
            raw(item)
        }
    }
}

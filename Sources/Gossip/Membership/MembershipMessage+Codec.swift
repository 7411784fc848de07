import Overlay

extension MembershipMessage {
    /// The message as it goes into a frame.
    public func encode() -> Bytes {
        var writer = Writer(reserving: 16)
        writer.uint8(kind.rawValue)
        switch self {
        case .neighbor(let isUrgent): writer.uint8(isUrgent ? 1 : 0)
        case .accept, .decline, .disconnect: break
        case .shuffle(let id, let hops, let contacts):
            writer.uint64(id)
            writer.uint8(hops)
            writer.contacts(contacts)
        case .shuffleReply(let id, let contacts):
            writer.uint64(id)
            writer.contacts(contacts)
        }
        return writer.bytes
    }

    /// Reads one message; the contacts in it are not looked at.
    /// - Throws: ``MalformedMessage``, after which the peer's link is not worth keeping.
    public init(decoding bytes: Bytes) throws(MalformedMessage) {
        self = try Reader.message(in: bytes) { (reader: inout Reader) in try MembershipMessage(reading: &reader) }
    }

    private init(reading reader: inout Reader) throws {
        let code = try reader.uint8()
        guard let kind = Kind(rawValue: code) else { throw MalformedMessage.unknownKind(code) }
        switch kind {
        case .neighbor: self = .neighbor(isUrgent: try reader.flag())
        case .accept: self = .accept
        case .decline: self = .decline
        case .disconnect: self = .disconnect
        case .shuffle:
            self = .shuffle(id: try reader.uint64(), hops: try reader.uint8(), contacts: try reader.contacts())
        case .shuffleReply: self = .shuffleReply(id: try reader.uint64(), contacts: try reader.contacts())
        }
    }
}

extension Writer {
    fileprivate mutating func contacts(_ contacts: [[UInt8]]) {
        let written = contacts.prefix(MembershipSettings.contactsPerMessage)
        uint8(UInt8(clamping: written.count))
        for contact in written {
            uint16(UInt16(clamping: contact.count))
            raw(contact)
        }
    }
}

extension Reader {
    fileprivate mutating func contacts() throws -> [[UInt8]] {
        let count = Int(try uint8())
        guard count <= MembershipSettings.contactsPerMessage else { throw MalformedMessage.count(count) }
        var contacts: [[UInt8]] = []
        for _ in 0..<count { contacts.append(try array(Int(uint16()))) }
        return contacts
    }
}

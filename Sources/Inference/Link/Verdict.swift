import Overlay

/// The answer to a ``Hello``: whether its sender may use the link, and if not, why.
///
/// Wire form: code (1) ‖ message length (2) ‖ UTF-8 message ‖ count (1) ‖ contacts, each length (2) ‖ record.
public struct Verdict: Hashable, Sendable {
    /// The first byte on the wire.
    public enum Code: UInt8, Sendable {
        case admitted = 0
        /// The token was refused; the message says why.
        case refused = 1
        /// The node has all the links it wants; the contacts are others to try.
        case full = 2
        /// The link is not needed any more, or another one to the same peer is kept.
        case surplus = 3
        /// The node is going away.
        case leaving = 4
    }

    /// Bytes of a message that are kept; a longer one is cut by its sender and refused by its receiver.
    static let longestMessage = 512
    /// Contacts that a full node hands out: enough to go on elsewhere, less than a lookup's answer.
    static let mostContacts = 8

    public var code: Code
    public var message: String
    /// Signed contact records, exact bytes.
    public var contacts: [[UInt8]]

    public init(code: Code, message: String = "", contacts: [[UInt8]] = []) {
        self.code = code
        self.message = message
        self.contacts = contacts
    }

    func encode(into bytes: inout Bytes) {
        bytes.writeInteger(code.rawValue)
        bytes.writeShortBytes(Array(message.utf8.prefix(Self.longestMessage)))
        let shared = contacts.prefix(Self.mostContacts)
        bytes.writeInteger(UInt8(shared.count))
        for contact in shared { bytes.writeShortBytes(contact) }
    }

    init(decoding bytes: inout Bytes) throws(LinkMessageError) {
        guard let rawCode = bytes.readInteger(as: UInt8.self) else { throw .truncated }
        guard let code = Code(rawValue: rawCode) else { throw .unknownVerdict(rawCode) }
        guard let message = bytes.readShortBytes(), let count = bytes.readInteger(as: UInt8.self) else {
            throw .truncated
        }
        guard message.count <= Self.longestMessage, count <= Self.mostContacts else { throw .tooLong }
        var contacts: [[UInt8]] = []
        for _ in 0..<count {
            guard let contact = bytes.readShortBytes() else { throw .truncated }
            contacts.append(contact)
        }
        self.init(code: code, message: String(decoding: message, as: UTF8.self), contacts: contacts)
    }
}

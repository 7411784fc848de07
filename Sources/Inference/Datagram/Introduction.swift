import Overlay

/// What a node tells about itself with a handshake by datagram: the token that makes it a member of the mesh, and its contact
/// when it can be reached.
///
/// Wire form: token length (2) ‖ token ‖ contact record, empty for a node that others cannot reach.
public struct Introduction: Hashable, Sendable {
    /// The Biscuit, exact bytes.
    public var token: [UInt8]
    /// The signed contact record, exact bytes; empty without one.
    public var contact: [UInt8]

    public init(token: [UInt8], contact: [UInt8]) {
        self.token = token
        self.contact = contact
    }

    /// Bytes of the wire form.
    public var length: Int { 2 + token.count + contact.count }

    /// Whether a first packet has room for it and for any question.
    var fitsWithQuestion: Bool { length + KademliaMessage.longestQuestion <= DatagramLimits.first }

    /// The bytes on the wire.
    public func encode() -> [UInt8] {
        var bytes = Bytes()
        bytes.writeShortBytes(token)
        bytes.writeBytes(contact)
        return bytes.array
    }

    /// Reads what ``encode()`` wrote; the contact is not looked at.
    public init(decoding bytes: [UInt8]) throws(LinkMessageError) {
        var bytes = Bytes(bytes: bytes)
        guard let token = bytes.readShortBytes() else { throw .truncated }
        guard bytes.readableBytes <= KademliaMessage.maximumRecordLength else { throw .tooLong }
        self.init(token: token, contact: bytes.array)
    }
}

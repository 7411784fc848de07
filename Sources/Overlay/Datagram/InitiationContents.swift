/// What a first packet carries inside its encryption.
///
///     public key 32 │ length 2 │ introduction │ length 2 │ message │ zeros up to the packet's length
struct InitiationContents {
    /// Public key and two lengths, in bytes.
    static let overhead = PublicKey.length + 4

    /// The Ed25519 key that the sender claims; only its X25519 form is proven by the handshake.
    let sender: PublicKey
    let introduction: [UInt8]
    let message: Bytes

    /// - Returns: nil for lengths that lead past the end, and for anything but zeros behind the message.
    init?(_ payload: [UInt8]) {
        var reader = Reader(payload)
        guard let key = try? reader.bytes32(), let length = try? reader.uint16(),
            let introduction = try? reader.array(Int(length)), let messageLength = try? reader.uint16(),
            let message = try? reader.bytes(Int(messageLength)),
            reader.takeRest().readableBytesView.allSatisfy({ $0 == 0 })
        else { return nil }
        sender = PublicKey(bytes: key)
        self.introduction = introduction
        self.message = message
    }

    /// - Precondition: introduction and message have at most ``DatagramLimits/first`` bytes together.
    static func encode(sender: PublicKey, introduction: [UInt8], message: Bytes) -> [UInt8] {
        precondition(introduction.count + message.readableBytes <= DatagramLimits.first, "too long for a first packet")
        var payload = sender.bytes.array
        payload += UInt16(introduction.count).bigEndianBytes + introduction
        payload += UInt16(message.readableBytes).bigEndianBytes + message.array
        return payload + [UInt8](repeating: 0, count: InitiationPacket.payloadLength - payload.count)
    }
}

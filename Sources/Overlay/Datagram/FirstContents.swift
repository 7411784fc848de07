/// What the two packets of a handshake carry inside their encryption.
///
///     first:  public key 32 │ length 2 │ introduction │ length 2 │ message │ zeros up to the packet's length
///     answer: length 2 │ introduction │ message
struct FirstContents {
    /// The Ed25519 key of the sender of a first packet.
    let sender: PublicKey?
    let introduction: [UInt8]
    let message: Bytes

    init?(question payload: [UInt8]) {
        var reader = Reader(payload)
        guard let key = try? reader.bytes32(), let length = try? reader.uint16(),
            let introduction = try? reader.array(Int(length)), let messageLength = try? reader.uint16(),
            let message = try? reader.bytes(Int(messageLength))
        else { return nil }
        sender = PublicKey(bytes: key)
        self.introduction = introduction
        self.message = message
    }

    init?(answer payload: [UInt8]) {
        var reader = Reader(payload)
        guard let length = try? reader.uint16(), let introduction = try? reader.array(Int(length)) else { return nil }
        sender = nil
        self.introduction = introduction
        message = reader.takeRest()
    }
}

/// What the answer to a first packet carries inside its encryption.
///
///     sender's index 4 │ length 2 │ introduction │ message
struct ResponseContents {
    /// Index and length, in bytes.
    static let overhead = 6

    /// The responder's number for the session. It is inside, so that nobody on the way can change it.
    let sender: UInt32
    let introduction: [UInt8]
    let message: Bytes

    init?(_ payload: [UInt8]) {
        var reader = Reader(payload)
        guard let sender = try? reader.uint32(), let length = try? reader.uint16(),
            let introduction = try? reader.array(Int(length))
        else { return nil }
        self.sender = sender
        self.introduction = introduction
        message = reader.takeRest()
    }

    /// - Precondition: introduction and message have at most ``DatagramLimits/answer`` bytes together.
    static func encode(sender: UInt32, introduction: [UInt8], message: Bytes) -> [UInt8] {
        precondition(introduction.count + message.readableBytes <= DatagramLimits.answer, "too long for a response")
        return sender.bigEndianBytes + UInt16(introduction.count).bigEndianBytes + introduction + message.array
    }
}

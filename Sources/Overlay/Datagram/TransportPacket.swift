/// Everything after the handshake.
///
///     type 1 │ receiver's index 4 │ counter 8 │ ciphertext │ tag 16
struct TransportPacket {
    /// Bytes before the ciphertext, which the tag covers too.
    static let header = 13
    /// Header and tag, and the byte that says what is inside.
    static let overhead = header + ChaChaPoly.tagLength + 1
    let receiver: UInt32
    let counter: UInt64

    init?(_ bytes: Bytes) {
        var bytes = bytes
        guard bytes.readableBytes >= Self.overhead, bytes.readInteger(as: UInt8.self) == PacketKind.transport.rawValue,
            let receiver = bytes.readInteger(as: UInt32.self), let counter = bytes.readInteger(as: UInt64.self)
        else { return nil }
        self.receiver = receiver
        self.counter = counter
    }

    static func header(receiver: UInt32, counter: UInt64) -> [UInt8] {
        [PacketKind.transport.rawValue] + receiver.bigEndianBytes + counter.bigEndianBytes
    }
}

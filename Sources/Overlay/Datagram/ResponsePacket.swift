/// The answer to a first packet.
///
///     type 1 │ receiver's index 4 │ Noise message
struct ResponsePacket {
    private static let header = 5
    /// Header, ephemeral key 32, tag 16, and what is inside besides introduction and message.
    static let overhead = header + 32 + 16 + ResponseContents.overhead
    let receiver: UInt32
    let noise: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.overhead, bytes[0] == PacketKind.response.rawValue else { return nil }
        receiver = UInt32(bigEndian: bytes[1..<5])
        noise = Array(bytes[Self.header...])
    }

    static func encode(receiver: UInt32, noise: [UInt8]) -> [UInt8] {
        [PacketKind.response.rawValue] + receiver.bigEndianBytes + noise
    }
}

/// What a node under load sends instead of a response.
///
///     type 1 │ receiver's index 4 │ the first packet's mac 16 │ cookie 16
struct CookiePacket {
    static let length = 5 + 2 * InitiationPacket.macLength
    let receiver: UInt32
    let mac: [UInt8]
    let cookie: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.length, bytes[0] == PacketKind.cookie.rawValue else { return nil }
        receiver = UInt32(bigEndian: bytes[1..<5])
        mac = Array(bytes[5..<(5 + InitiationPacket.macLength)])
        cookie = Array(bytes[(5 + InitiationPacket.macLength)...])
    }

    static func encode(receiver: UInt32, mac: [UInt8], cookie: [UInt8]) -> [UInt8] {
        [PacketKind.cookie.rawValue] + receiver.bigEndianBytes + mac + cookie
    }
}

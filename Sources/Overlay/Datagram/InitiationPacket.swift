/// The first packet, which carries the first question. Always as long as a datagram may be, so that its answer is never
/// longer.
///
///     type 1 │ sender's index 4 │ Noise message 1,163 │ mac 16 │ cookie mac 16
struct InitiationPacket {
    /// Lengths of the two macs, in bytes.
    static let macLength = 16
    static let length = DatagramLimits.datagram
    private static let header = 5
    static let noiseLength = length - header - 2 * macLength
    /// Without ephemeral key 32, static key 32 + 16, tag 16.
    static let payloadLength = noiseLength - 32 - 48 - 16
    static let overhead = length - payloadLength + InitiationContents.overhead

    let sender: UInt32
    let noise: [UInt8]
    let mac: [UInt8]
    let cookieMAC: [UInt8]
    /// What the first mac is over.
    let macInput: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.length, bytes[0] == PacketKind.initiation.rawValue else { return nil }
        sender = UInt32(bigEndian: bytes[1..<5])
        let macStart = Self.header + Self.noiseLength
        noise = Array(bytes[Self.header..<macStart])
        mac = Array(bytes[macStart..<macStart + Self.macLength])
        cookieMAC = Array(bytes[(macStart + Self.macLength)...])
        macInput = Array(bytes[..<macStart])
    }

    /// The second mac that a cookie leads to.
    func cookieMAC(for cookie: [UInt8]) -> [UInt8] {
        BLAKE2b.hash(macInput + mac, length: Self.macLength, key: cookie)
    }

    /// The packet without a cookie.
    static func encode(sender: UInt32, noise: [UInt8], key: PacketMAC) -> [UInt8] {
        precondition(noise.count == noiseLength, "a first Noise message of \(noise.count) bytes")
        var bytes = [PacketKind.initiation.rawValue] + sender.bigEndianBytes + noise
        bytes += key.mac(of: bytes)
        bytes += [UInt8](repeating: 0, count: macLength)
        return bytes
    }

    /// The same packet with the mac that a cookie is the key of.
    static func adding(cookie: [UInt8], to packet: [UInt8]) -> [UInt8] {
        let start = Array(packet.dropLast(macLength))
        return start + BLAKE2b.hash(start, length: macLength, key: cookie)
    }
}

/// The first byte of a datagram.
enum PacketKind: UInt8 {
    case initiation = 1
    case response = 2
    case cookie = 3
    case transport = 4
}

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

/// What is inside a ``TransportPacket``: one byte, then the rest.
enum TransportContent: UInt8 {
    /// A message of the mesh.
    case message = 0
    /// Eight bytes that whoever reads them sends back: is somebody at this address?
    case challenge = 1
    case challengeAnswer = 2

    static let challengeLength = 8
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

    /// - Precondition: as many bytes as the integer has.
    init(bigEndian bytes: some Sequence<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | Self($1) }
    }
}

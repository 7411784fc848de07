/// A plan as one short word that can be copied from a log into a command: a version, the fields that differ from their
/// defaults, and a checksum, in the URL-safe alphabet of RFC 4648 (section 5).
public enum PlanText {
    /// The form of the content. Grows when a field changes its meaning; a further field needs no new form.
    static let version: UInt8 = 1
    /// What stands before it in a line.
    public static let prefix = "v1p:"

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let checksumLength = 4

    /// - Returns: the text with its ``prefix``.
    public static func encode(_ plan: Plan) -> String {
        var writer = PlanWriter()
        writer.byte(version)
        writer.plan(plan)
        return prefix + text(of: writer.bytes + checksum(of: writer.bytes[...]))
    }

    /// - Parameter text: with its ``prefix``.
    /// - Throws: ``PlanTextError`` for everything that ``encode(_:)`` does not write.
    public static func decode(_ text: String) throws(PlanTextError) -> Plan {
        guard text.hasPrefix(prefix) else { throw .foreign(String(text.prefix(40))) }
        let bytes = try bytes(of: text)
        guard bytes.count > checksumLength + 1 else { throw .tooShort }
        let content = bytes.dropLast(checksumLength)
        guard checksum(of: content) == Array(bytes.suffix(checksumLength)) else { throw .checksum }
        var reader = PlanReader(content)
        let version = try reader.byte()
        guard version == Self.version else { throw .version(version) }
        return try reader.plan()
    }

    /// FNV-1a: for mistakes in copying, not against anybody.
    private static func checksum(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        var hash: UInt32 = 0x811c_9dc5
        for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return (0..<4).map { UInt8(truncatingIfNeeded: hash >> (8 * UInt32($0))) }
    }

    private static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for position in 0...group.count { text.append(alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func bytes(of text: String) throws(PlanTextError) -> [UInt8] {
        var bytes: [UInt8] = []
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for (place, character) in text.enumerated().dropFirst(prefix.count) {
            guard let ascii = character.asciiValue, let value = alphabet.firstIndex(of: ascii) else {
                throw .character(character, place: place + 1)
            }
            bits = bits << 6 | UInt32(value)
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            bits &= 1 << count - 1
        }
        return bytes
    }
}

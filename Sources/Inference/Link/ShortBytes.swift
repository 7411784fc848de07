import Overlay

extension Bytes {
    /// Writes a two-byte big-endian length and the bytes.
    /// - Precondition: `content` is shorter than 64 KiB.
    mutating func writeShortBytes(_ content: [UInt8]) {
        writeInteger(UInt16(content.count))
        writeBytes(content)
    }

    /// Reads what ``writeShortBytes(_:)`` wrote; nil when bytes are missing.
    mutating func readShortBytes() -> [UInt8]? {
        guard let length = readInteger(as: UInt16.self) else { return nil }
        return readBytes(length: Int(length))
    }
}

/// What a node gives to a peer that is to send it back from another port: nobody who has not seen one can guess it.
public struct DialBackNonce: Hashable, Sendable {
    /// Bytes of a nonce.
    public static let length = 16

    /// As they travel.
    public let bytes: [UInt8]

    /// - Returns: nil for any other length than ``length``.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        self.bytes = bytes
    }

    init(random: inout RandomSource) {
        bytes = random.bytes(Self.length)
    }

    init(from reader: inout Reader) throws {
        bytes = try reader.array(Self.length)
    }
}

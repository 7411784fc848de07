import Overlay

/// Names one exact sequence of bytes: the first 16 bytes of its SHA-256.
///
/// Two entries with the same sequence number are ordered by it, so it must not be cheap to find a chosen one; 128 bits
/// make a collision cost 2^64 hashes, and all that it buys is confusion about one's own entry.
public struct EntryID: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    init(of bytes: [UInt8]) {
        self.init(digest: SHA256.hash(bytes))
    }

    /// - Parameter digest: SHA-256 of the bytes.
    init(digest: Bytes32) {
        (high, low, _, _) = digest.bigEndianWords
    }

    /// The 32 bits by which summaries tell two entries with the same sequence number apart.
    var fingerprint: UInt32 { UInt32(truncatingIfNeeded: high >> 32) }
}

extension EntryID: Comparable {
    public static func < (left: EntryID, right: EntryID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

import Overlay

/// Stands for one entry in announcements and comparisons: 20 bytes instead of 480.
public struct EntrySummary: Hashable, Sendable {
    /// Bytes on the wire: key 8, sequence 8, fingerprint 4.
    static let length = 20

    /// The first eight bytes of the peer's key in the overlay.
    public let key: UInt64
    public let sequence: UInt64
    /// The first four bytes of the entry's id: tells two entries with the same sequence number apart.
    public let fingerprint: UInt32

    init(key: UInt64, sequence: UInt64, fingerprint: UInt32) {
        self.key = key
        self.sequence = sequence
        self.fingerprint = fingerprint
    }

    init(key: UInt64, sequence: UInt64, id: EntryID) {
        self.init(key: key, sequence: sequence, fingerprint: id.fingerprint)
    }

    init(of entry: CatalogEntry) {
        self.init(key: Record.key(of: entry.peer), sequence: entry.sequence, id: entry.id)
    }

    init(reading reader: inout Reader) throws {
        key = try reader.uint64()
        sequence = try reader.uint64()
        fingerprint = try reader.uint32()
    }

    func write(to writer: inout Writer) {
        writer.uint64(key)
        writer.uint64(sequence)
        writer.uint32(fingerprint)
    }
}

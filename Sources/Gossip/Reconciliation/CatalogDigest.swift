import Overlay

/// Names a set of entries: their number, and SHA-256 over their summaries in the order of the table. Not a sum or an
/// XOR, because those let an adversary compose a set with a chosen digest.
public struct CatalogDigest: Hashable, Sendable {
    public let count: UInt32
    public let hash: Bytes32

    init(count: UInt32, hash: Bytes32) {
        self.count = count
        self.hash = hash
    }

    init(of summaries: some Sequence<EntrySummary>) {
        var writer = Writer(reserving: 4_096)
        var count: UInt32 = 0
        for summary in summaries {
            summary.write(to: &writer)
            count &+= 1
        }
        self.init(count: count, hash: SHA256.hash(writer.bytes))
    }
}

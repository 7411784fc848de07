import Gossip
import Inference
import Overlay

/// Messages as the protocol has them that nobody asked for and that serve nothing: each costs its reader a table
/// look-up, an answer or a question of its own.
public enum Junk: Int, CaseIterable, Hashable, Sendable {
    /// A search for a random key, with the longest answer.
    case search
    /// A list of entries that do not exist, which makes an honest reader ask for them.
    case inventedList
    /// A comparison with a catalog that nobody has, for which the reader has to sort its own.
    case comparison
    /// A question for an entry that nobody has, in a comparison that nobody began.
    case lack
    /// An answer to a search that nobody made.
    case unaskedNodes
    /// The end of a comparison that nobody began.
    case unaskedDifference
    /// News that the link to a peer is gone which nobody knows.
    case unlinked

    /// The message; two with different words differ.
    /// - Parameter word: gives random words by their number.
    func message(summaries: Int, word: (UInt64) -> UInt64) -> LinkMessage? {
        var writer = Writer(reserving: 64)
        switch self {
        case .search:
            writer.raw([LinkKind.kademlia, 1])
            writer.uint32(UInt32(truncatingIfNeeded: word(0)))
            writer.uint8(UInt8(clamping: KademliaMessage.maximumRecords))
            writer.uint8(0)
            writer.bytes32(Self.key(word))
        case .inventedList:
            writer.raw([LinkKind.gossip, 3])
            writer.uint16(UInt16(clamping: summaries))
            Self.writeSummaries(summaries, word: word, to: &writer)
        case .comparison:
            writer.raw([LinkKind.gossip, 20])
            writer.uint32(UInt32(truncatingIfNeeded: word(0)))
            // One fingerprint of everything there is.
            writer.raw([Reconciler.version, 0, 0, 1])
            writer.uint64(word(1))
            writer.uint64(word(2))
        case .lack:
            writer.raw([LinkKind.gossip, 22])
            writer.uint32(UInt32(truncatingIfNeeded: word(0)))
            writer.uint16(1)
            writer.uint64(word(1))
        case .unaskedNodes:
            writer.raw([LinkKind.kademlia, 2])
            writer.uint32(UInt32(truncatingIfNeeded: word(0)))
            writer.uint16(0)
        case .unaskedDifference:
            writer.raw([LinkKind.gossip, 21])
            writer.uint32(UInt32(truncatingIfNeeded: word(0)))
            writer.raw([Reconciler.version])
        case .unlinked:
            writer.raw([LinkKind.unlinked])
            writer.bytes32(Self.key(word))
        }
        return try? LinkMessage(decoding: writer.bytes)
    }

    /// First bytes of link messages.
    private enum LinkKind {
        static let kademlia: UInt8 = 2
        static let gossip: UInt8 = 3
        static let unlinked: UInt8 = 4
    }

    private static func key(_ word: (UInt64) -> UInt64) -> Bytes32 {
        Bytes32(bigEndian: (word(1), word(2), word(3), word(4)))
    }

    /// In ascending order of their keys, each with the highest sequence number, so that every reader lacks it.
    private static func writeSummaries(_ count: Int, word: (UInt64) -> UInt64, to writer: inout Writer) {
        let keys = (0..<count).map { word(8 + UInt64($0)) }.sorted()
        for key in keys {
            writer.uint64(key)
            writer.uint64(UInt64.max >> 1)
            writer.uint32(UInt32(truncatingIfNeeded: key))
        }
    }
}

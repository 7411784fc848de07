extension NodeKey.Distance {
    /// The next larger distance; nil for the largest.
    var successor: NodeKey.Distance? {
        var words = bytes.bigEndianWords
        words.3 &+= 1
        if words.3 == 0 { words.2 &+= 1 }
        if words.3 == 0, words.2 == 0 { words.1 &+= 1 }
        if words.3 == 0, words.2 == 0, words.1 == 0 { words.0 &+= 1 }
        let next = NodeKey.Distance(bytes: Bytes32(bigEndian: words))
        return next == .zero ? nil : next
    }

    /// This distance with every bit after the first `count` set.
    func filled(after count: Int) -> NodeKey.Distance {
        func word(_ value: UInt64, _ index: Int) -> UInt64 {
            let kept = min(max(count - index * 64, 0), 64)
            return kept == 64 ? value : value | UInt64.max >> UInt64(kept)
        }
        let words = bytes.bigEndianWords
        return NodeKey.Distance(
            bytes: Bytes32(bigEndian: (word(words.0, 0), word(words.1, 1), word(words.2, 2), word(words.3, 3))))
    }

    /// The distance in which `count` of `size` uniformly random keys are expected; nil when it is the whole keyspace.
    init?(holding count: Int, of size: Int) {
        guard count >= 0, size > count else { return nil }
        let part = Double(count) / Double(size) * 0x1p64
        guard part < 0x1p64 else { return nil }
        self.init(bytes: Bytes32(bigEndian: (UInt64(part), .max, .max, .max)))
    }

    /// Half of it, rounded down.
    var half: NodeKey.Distance {
        let words = bytes.bigEndianWords
        return NodeKey.Distance(
            bytes: Bytes32(
                bigEndian: (
                    words.0 >> 1, words.0 << 63 | words.1 >> 1, words.1 << 63 | words.2 >> 1,
                    words.2 << 63 | words.3 >> 1
                )))
    }

    /// The first 64 bits as a part of the keyspace, from 0 up to 1.
    var fraction: Double { Double(bytes.bigEndianWords.0) / 0x1p64 }
}

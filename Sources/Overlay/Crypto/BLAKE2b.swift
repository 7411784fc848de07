import CSodium

/// BLAKE2b (RFC 7693), optionally keyed.
public enum BLAKE2b {
    /// Lengths of digests, in bytes.
    public static let digestLengths = 1...64
    /// Lengths of keys, in bytes; zero is no key.
    public static let keyLengths = 0...64

    /// - Precondition: `length` is in ``digestLengths`` and the key's length in ``keyLengths``.
    public static func hash(_ bytes: some ByteStorage, length: Int = 32, key: [UInt8] = []) -> [UInt8] {
        precondition(digestLengths.contains(length), "a digest has 1 to 64 bytes, not \(length)")
        precondition(keyLengths.contains(key.count), "a key has at most 64 bytes, not \(key.count)")
        Sodium.start()
        // The general state function takes the short lengths that `crypto_generichash` refuses below 16 bytes.
        return bytes.withBytes { source in
            [UInt8].filled(length) {
                _ = crypto_generichash_blake2b($0, length, source.start, UInt64(source.count), key, key.count)
            }
        }
    }
}

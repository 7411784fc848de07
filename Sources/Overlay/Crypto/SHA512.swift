import CSodium

/// SHA-512 (FIPS 180-4); libp2p knows it as a hash function of identifiers.
public enum SHA512 {
    /// Bytes of a digest.
    public static let digestLength = 64

    /// The digest of a whole message.
    public static func hash(_ bytes: some ByteStorage) -> [UInt8] {
        bytes.withBytes { source in
            [UInt8].filled(digestLength) { _ = crypto_hash_sha512($0, source.start, UInt64(source.count)) }
        }
    }
}

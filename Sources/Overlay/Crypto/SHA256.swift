import CSodium

/// SHA-256 (FIPS 180-4).
public struct SHA256 {
    /// Bytes of a digest.
    public static let digestLength = 32
    private var state = crypto_hash_sha256_state()

    /// Begins a digest of pieces.
    public init() {
        crypto_hash_sha256_init(&state)
    }

    /// Takes the next piece.
    public mutating func update(_ bytes: some ByteStorage) {
        bytes.withBytes { source in
            _ = crypto_hash_sha256_update(&state, source.start, UInt64(source.count))
        }
    }

    /// The digest of everything taken.
    public consuming func finish() -> Bytes32 {
        Bytes32.filled { digest in _ = crypto_hash_sha256_final(&state, digest) }
    }

    /// The digest of a whole message.
    public static func hash(_ bytes: some ByteStorage) -> Bytes32 {
        bytes.withBytes { source in
            Bytes32.filled { digest in _ = crypto_hash_sha256(digest, source.start, UInt64(source.count)) }
        }
    }
}

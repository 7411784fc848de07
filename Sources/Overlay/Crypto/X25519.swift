import CSodium

/// Diffie–Hellman on Curve25519 (RFC 7748).
public enum X25519 {
    /// Bytes of a key of either kind and of a shared secret.
    public static let keyLength = 32

    /// A key pair for agreement; the secret part is wiped with its last reference.
    public struct KeyPair: Sendable {
        /// The half that is shown to the other side.
        public let publicKey: Bytes32
        let secretKey: Secret

        /// From 32 secret bytes, which need not be clamped.
        /// - Returns: nil unless there are exactly 32.
        public init?(secret: some ByteStorage) {
            let key = Secret(secret)
            guard key.count == keyLength else { return nil }
            secretKey = key
            publicKey = key.withBytes { source in
                Bytes32.filled { _ = crypto_scalarmult_base($0, source.start) }
            }
        }

        /// Fresh keys, as good as the source's seed is random.
        public init(random: inout RandomSource) {
            let seed = random.bytes(keyLength)
            let key = Secret(seed)
            secretKey = key
            publicKey = key.withBytes { source in
                Bytes32.filled { _ = crypto_scalarmult_base($0, source.start) }
            }
        }
    }

    /// The shared secret; nil when the other side's point has small order, so that the result would be all zero.
    static func agree(_ pair: KeyPair, with remote: Bytes32) -> Secret? {
        var agreed = false
        let shared = Secret(count: keyLength) { output in
            pair.secretKey.withBytes { secret in
                remote.withBytes { point in
                    agreed = crypto_scalarmult(output.start, secret.start, point.start) == 0
                }
            }
        }
        return agreed ? shared : nil
    }
}

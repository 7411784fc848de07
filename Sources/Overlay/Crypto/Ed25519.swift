import CSodium

/// Ed25519 signatures (RFC 8032) with libsodium's strict verification: small-order keys and non-canonical encodings
/// are refused.
public enum Ed25519 {
    /// Bytes of the secret that a key pair is made from.
    public static let seedLength = 32
    /// Bytes of a public key.
    public static let publicKeyLength = 32
    /// Bytes of a signature.
    public static let signatureLength = 64
    static let secretKeyLength = 64

    /// - Returns: nil unless the seed has 32 bytes.
    static func keyPair(seed: some ByteStorage) -> (publicKey: Bytes32, secretKey: Secret)? {
        guard seed.withBytes(\.count) == seedLength else { return nil }
        var publicKey = Bytes32.zero
        let secretKey = Secret(count: secretKeyLength) { secret in
            seed.withBytes { source in
                publicKey = Bytes32.filled { _ = crypto_sign_seed_keypair($0, secret.start, source.start) }
            }
        }
        return (publicKey, secretKey)
    }

    static func sign(_ message: some ByteStorage, secretKey: Secret) -> [UInt8] {
        message.withBytes { source in
            secretKey.withBytes { secret in
                [UInt8].filled(signatureLength) {
                    _ = crypto_sign_detached($0, nil, source.start, UInt64(source.count), secret.start)
                }
            }
        }
    }

    static func verify(_ signature: some ByteStorage, of message: some ByteStorage, publicKey: Bytes32) -> Bool {
        Sodium.start()
        return signature.withBytes { signatureBytes in
            guard signatureBytes.count == signatureLength else { return false }
            return message.withBytes { source in
                publicKey.withBytes { key in
                    crypto_sign_verify_detached(
                        signatureBytes.start, source.start, UInt64(source.count), key.start) == 0
                }
            }
        }
    }
}

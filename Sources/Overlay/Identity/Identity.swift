import CSodium

/// A node's own key pair, and with it the peer id that other nodes know it by.
///
/// Copies share the secret, which is wiped when the last copy goes.
public struct Identity: Sendable {
    /// The half of the key that everybody may know.
    public let publicKey: PublicKey
    private let secretKey: Secret

    /// - Parameter seed: the 32 secret bytes of the key (RFC 8032, section 5.1.5).
    /// - Returns: nil unless there are exactly 32.
    public init?(seed: some ByteStorage) {
        guard let pair = Ed25519.keyPair(seed: seed) else { return nil }
        publicKey = PublicKey(bytes: pair.publicKey)
        secretKey = pair.secretKey
    }

    /// A new identity, as good as the source's seed is random.
    public init(random: inout RandomSource) {
        let seed = random.bytes(Ed25519.seedLength)
        guard let identity = Identity(seed: seed) else { preconditionFailure("a seed of 32 bytes was refused") }
        self = identity
    }

    /// The name of the node.
    public var peerID: PeerID { PeerID(publicKey) }

    /// The seed, to be stored in a file that only the owner can read.
    public var seed: Secret {
        secretKey.withBytes { secret in
            Secret(count: Ed25519.seedLength) { _ = crypto_sign_ed25519_sk_to_seed($0.start, secret.start) }
        }
    }

    /// The signature of `message`: 64 bytes.
    public func sign(_ message: some ByteStorage) -> [UInt8] {
        Ed25519.sign(message, secretKey: secretKey)
    }

    /// The same key pair for X25519: its public half is ``PublicKey/agreementKey``, so that a peer id is enough for
    /// others to begin a Noise IK handshake.
    public var agreementKeys: X25519.KeyPair {
        let converted = secretKey.withBytes { secret in
            Secret(count: X25519.keyLength) { _ = crypto_sign_ed25519_sk_to_curve25519($0.start, secret.start) }
        }
        guard let pair = X25519.KeyPair(secret: converted) else {
            preconditionFailure("a converted key has 32 bytes")
        }
        return pair
    }
}

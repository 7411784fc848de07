import CSodium
import Crypto

/// The private half of a key pair.
///
/// Text form: `ed25519-private/<hex>` or `secp256r1-private/<hex>`. It has no `description`, so that a key does not
/// reach a log by accident: ask for `text`.
public struct PrivateKey: Sendable {
    /// What the key is for.
    public let algorithm: Algorithm
    /// Ed25519: the 32-byte seed. secp256r1: the scalar, 32 bytes, big endian.
    public let bytes: [UInt8]

    /// Checks length and, for secp256r1, that the scalar is in range.
    public init(algorithm: Algorithm, bytes: [UInt8]) throws(KeyError) {
        guard bytes.count == algorithm.privateKeyLength else {
            throw .invalidLength(expected: algorithm.privateKeyLength, actual: bytes.count)
        }
        if algorithm == .secp256r1, (try? P256.Signing.PrivateKey(rawRepresentation: bytes)) == nil {
            throw .invalidKey(algorithm)
        }
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// Parses `ed25519-private/<hex>` or `secp256r1-private/<hex>`.
    public init(_ text: String) throws(KeyError) {
        for algorithm in Algorithm.allCases where text.utf8.starts(with: (algorithm.name + "-private/").utf8) {
            guard let bytes = Hexadecimal.decode(text.utf8.dropFirst(algorithm.name.utf8.count + 9)) else {
                throw .invalidHexadecimal
            }
            try self.init(algorithm: algorithm, bytes: bytes)
            return
        }
        // The text is not repeated: it may hold a secret.
        throw .unknownAlgorithm("private key")
    }

    /// The text form, which holds the secret.
    public var text: String { "\(algorithm.name)-private/\(Hexadecimal.encode(bytes))" }

    /// The public half.
    public func publicKey() throws(KeyError) -> PublicKey {
        switch algorithm {
        case .ed25519:
            return PublicKey(checked: .ed25519, bytes: Array(ed25519SecretKey().suffix(32)))
        case .secp256r1:
            return PublicKey(checked: .secp256r1, bytes: Array(try p256Key().publicKey.compressedRepresentation))
        }
    }

    /// Signs `message`: 64 bytes (R and S) for Ed25519, DER for secp256r1.
    ///
    /// Ed25519 signatures are deterministic. swift-crypto draws a fresh nonce for every secp256r1 signature, so two
    /// signatures of one message differ.
    public func sign(_ message: [UInt8]) throws(KeyError) -> [UInt8] {
        try sign(message, publicKey: nil)
    }

    /// - Parameter publicKey: the public half, where it is known already: deriving it costs as much as signing.
    func sign(_ message: [UInt8], publicKey: PublicKey?) throws(KeyError) -> [UInt8] {
        switch algorithm {
        case .ed25519:
            var signature = [UInt8](repeating: 0, count: Int(crypto_sign_BYTES))
            let secret = publicKey.map { bytes + $0.bytes } ?? ed25519SecretKey()
            guard crypto_sign_detached(&signature, nil, message, UInt64(message.count), secret) == 0 else {
                throw .signingFailed(.ed25519)
            }
            return signature
        case .secp256r1:
            let key = try p256Key()
            guard let signature = try? key.signature(for: message) else { throw .signingFailed(.secp256r1) }
            return Array(signature.derRepresentation)
        }
    }

    /// libsodium's 64-byte form: seed followed by public key.
    private func ed25519SecretKey() -> [UInt8] {
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_PUBLICKEYBYTES))
        var secretKey = [UInt8](repeating: 0, count: Int(crypto_sign_SECRETKEYBYTES))
        crypto_sign_seed_keypair(&publicKey, &secretKey, bytes)
        return secretKey
    }

    private func p256Key() throws(KeyError) -> P256.Signing.PrivateKey {
        guard let key = try? P256.Signing.PrivateKey(rawRepresentation: bytes) else { throw .invalidKey(.secp256r1) }
        return key
    }
}

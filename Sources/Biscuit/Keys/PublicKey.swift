import CSodium
import Crypto

/// A public key that verifies block signatures and names trusted third parties.
///
/// Text form: `ed25519/<hex>` or `secp256r1/<hex>`.
public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
    /// What the key is for.
    public let algorithm: Algorithm
    /// Ed25519: 32 bytes of compressed Edwards Y. secp256r1: 33 bytes of compressed SEC 1.
    public let bytes: [UInt8]

    /// Checks length and, for secp256r1, that the bytes are a point on the curve.
    ///
    /// Ed25519 points are checked when a signature is verified: libsodium refuses points of small order there.
    public init(algorithm: Algorithm, bytes: [UInt8]) throws(KeyError) {
        guard bytes.count == algorithm.publicKeyLength else {
            throw .invalidLength(expected: algorithm.publicKeyLength, actual: bytes.count)
        }
        if algorithm == .secp256r1, (try? P256.Signing.PublicKey(compressedRepresentation: bytes)) == nil {
            throw .invalidKey(algorithm)
        }
        self.algorithm = algorithm
        self.bytes = bytes
    }

    init(checked algorithm: Algorithm, bytes: [UInt8]) {
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// Parses `ed25519/<hex>` or `secp256r1/<hex>`.
    public init(_ text: String) throws(KeyError) {
        for algorithm in Algorithm.allCases where text.utf8.starts(with: (algorithm.name + "/").utf8) {
            guard let bytes = Hexadecimal.decode(text.utf8.dropFirst(algorithm.name.utf8.count + 1)) else {
                throw .invalidHexadecimal
            }
            try self.init(algorithm: algorithm, bytes: bytes)
            return
        }
        throw .unknownAlgorithm(text)
    }

    public var description: String { "\(algorithm.name)/\(Hexadecimal.encode(bytes))" }

    /// Whether `signature` over `message` was made by the private half of this key.
    ///
    /// Ed25519 is strict: a non-canonical scalar and keys of small order are refused.
    public func isValidSignature(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        switch algorithm {
        case .ed25519:
            guard signature.count == Int(crypto_sign_BYTES) else { return false }
            return crypto_sign_verify_detached(signature, message, UInt64(message.count), bytes) == 0
        case .secp256r1:
            guard let key = try? P256.Signing.PublicKey(compressedRepresentation: bytes),
                let parsed = try? P256.Signing.ECDSASignature(derRepresentation: signature)
            else { return false }
            return key.isValidSignature(parsed, for: message)
        }
    }
}

import Synchronization

/// The static keys with which an identity makes Noise handshakes over streams, and its signature that they are its own: made
/// at the first handshake and the same in every later one, which saves each of them a key pair and a signature.
///
/// Copies of an identity share it.
final class HandshakeProof: Sendable {
    struct Content: Sendable {
        let keys: X25519.KeyPair
        /// Of ``NoisePayload/signaturePrefix`` and the public key.
        let signature: [UInt8]
    }

    /// Names what is derived, so that the keys are those of nothing else.
    private static let derivation = Array("samnode noise static key".utf8)

    private let content = Mutex<Content?>(nil)

    /// - Parameters:
    ///   - seed: of the identity.
    ///   - sign: the identity's signature of a message.
    func content(seed: () -> Secret, sign: ([UInt8]) -> [UInt8]) -> Content {
        content.withLock { content in
            if let content { return content }
            let made = Self.make(seed: seed(), sign: sign)
            content = made
            return made
        }
    }

    private static func make(seed: Secret, sign: ([UInt8]) -> [UInt8]) -> Content {
        guard
            let secret = HKDF.derive(salt: [UInt8](), material: seed, info: derivation, count: X25519.keyLength),
            let keys = X25519.KeyPair(secret: secret)
        else { preconditionFailure("32 bytes were refused as a key") }
        return Content(keys: keys, signature: sign(NoisePayload.signaturePrefix + keys.publicKey.array))
    }
}

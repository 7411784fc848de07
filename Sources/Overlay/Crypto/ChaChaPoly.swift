import CSodium

/// ChaCha20-Poly1305 with 96-bit nonces (RFC 8439): encryption that also authenticates.
public enum ChaChaPoly {
    /// Bytes of a key.
    public static let keyLength = 32
    /// Bytes of a nonce.
    public static let nonceLength = 12
    /// Bytes that sealing adds.
    public static let tagLength = 16

    /// Encrypts in place and writes the tag behind the ciphertext.
    /// - Parameter region: the plaintext followed by ``tagLength`` bytes of room.
    static func seal(
        _ region: UnsafeMutableRawBufferPointer, key: Secret, nonce: Nonce, associated: some ByteStorage
    ) {
        precondition(region.count >= tagLength, "no room for the tag")
        precondition(key.count == keyLength, "a key has 32 bytes, not \(key.count)")
        let length = UInt64(region.count - tagLength)
        key.withBytes { keyBytes in
            nonce.withBytes { nonceBytes in
                associated.withBytes { extra in
                    _ = crypto_aead_chacha20poly1305_ietf_encrypt(
                        region.start, nil, region.start, length, extra.start, UInt64(extra.count), nil,
                        nonceBytes.start, keyBytes.start)
                }
            }
        }
    }

    /// Decrypts `sealed` into `output`, which has ``tagLength`` bytes less; the two may be the same memory.
    /// - Returns: false when the tag does not fit; the output then holds zeros.
    static func open(
        _ sealed: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, key: Secret, nonce: Nonce,
        associated: some ByteStorage
    ) -> Bool {
        guard sealed.count >= tagLength, output.count == sealed.count - tagLength else { return false }
        precondition(key.count == keyLength, "a key has 32 bytes, not \(key.count)")
        return key.withBytes { keyBytes in
            nonce.withBytes { nonceBytes in
                associated.withBytes { extra in
                    crypto_aead_chacha20poly1305_ietf_decrypt(
                        output.start, nil, nil, sealed.start, UInt64(sealed.count), extra.start,
                        UInt64(extra.count), nonceBytes.start, keyBytes.start) == 0
                }
            }
        }
    }

    /// `plaintext` sealed, as a new array.
    /// - Precondition: the key has ``keyLength`` bytes.
    public static func seal(
        _ plaintext: [UInt8], key: Secret, nonce: Nonce, associated: some ByteStorage = [UInt8]()
    ) -> [UInt8] {
        var region = plaintext + [UInt8](repeating: 0, count: tagLength)
        region.withUnsafeMutableBytes { seal($0, key: key, nonce: nonce, associated: associated) }
        return region
    }

    /// The plaintext of `sealed`; nil when it was not sealed with this key, nonce and associated data.
    /// - Precondition: the key has ``keyLength`` bytes.
    public static func open(
        _ sealed: [UInt8], key: Secret, nonce: Nonce, associated: some ByteStorage = [UInt8]()
    ) -> [UInt8]? {
        guard sealed.count >= tagLength else { return nil }
        var plaintext = [UInt8](repeating: 0, count: sealed.count - tagLength)
        let authentic = sealed.withBytes { source in
            plaintext.withUnsafeMutableBytes {
                open(source, into: $0, key: key, nonce: nonce, associated: associated)
            }
        }
        return authentic ? plaintext : nil
    }
}

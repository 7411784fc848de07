/// Chaining key, transcript hash and cipher of a handshake in progress (Noise specification, section 5.2), with
/// SHA-256.
struct SymmetricState: Sendable {
    private var cipher = CipherState()
    private var chainingKey: Secret
    private(set) var hash: Bytes32

    /// - Parameter protocolName: such as `Noise_XX_25519_ChaChaPoly_SHA256`; padded to 32 bytes, or hashed when longer.
    init(protocolName: String) {
        let name = Array(protocolName.utf8)
        let padded = name + [UInt8](repeating: 0, count: max(0, SHA256.digestLength - name.count))
        hash = Bytes32(padded) ?? SHA256.hash(name)
        chainingKey = Secret(hash)
    }

    var hasKey: Bool { cipher.hasKey }

    mutating func mixHash(_ data: some ByteStorage) {
        var next = SHA256()
        next.update(hash)
        next.update(data)
        hash = next.finish()
    }

    mutating func mixKey(_ material: some ByteStorage) {
        let (next, key, _) = HKDF.chain(chainingKey, material)
        chainingKey = next
        cipher = CipherState(key: key)
    }

    mutating func mixKeyAndHash(_ material: some ByteStorage) {
        let (next, digest, key) = HKDF.chain(chainingKey, material)
        chainingKey = next
        mixHash(digest)
        cipher = CipherState(key: key)
    }

    mutating func encryptAndHash(_ plaintext: [UInt8]) throws(NoiseError) -> [UInt8] {
        let sealed = try cipher.encrypt(plaintext, associated: hash)
        mixHash(sealed)
        return sealed
    }

    mutating func decryptAndHash(_ sealed: [UInt8]) throws(NoiseError) -> [UInt8] {
        let plaintext = try cipher.decrypt(sealed, associated: hash)
        mixHash(sealed)
        return plaintext
    }

    /// The two transport keys: from initiator to responder, and back.
    func split() -> (CipherState, CipherState) {
        let (first, second, _) = HKDF.chain(chainingKey, [UInt8]())
        return (CipherState(key: first), CipherState(key: second))
    }
}

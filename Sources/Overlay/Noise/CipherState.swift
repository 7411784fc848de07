/// A key with a message counter (Noise specification, section 5.1), for ChaCha20-Poly1305.
public struct CipherState: Sendable {
    /// Reserved for rekeying; the counter never reaches it.
    private static let lastNonce = UInt64.max

    private var key: Secret?
    /// Number of the next message.
    public private(set) var nonce: UInt64 = 0

    init(key: Secret? = nil) {
        self.key = key
    }

    var hasKey: Bool { key != nil }

    /// Continues at another number, for transports that carry the number in the packet.
    public mutating func setNonce(_ nonce: UInt64) {
        self.nonce = nonce
    }

    /// Replaces the key by one derived from it, the counter continuing (Noise specification, section 11.3).
    public mutating func rekey() {
        guard let old = key else { return }
        key = Secret(count: ChaChaPoly.keyLength) { output in
            let block = ChaChaPoly.seal(
                [UInt8](repeating: 0, count: ChaChaPoly.keyLength), key: old,
                nonce: ChaChaPoly.Nonce(counter: Self.lastNonce))
            block.withBytes { output.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<output.count])) }
        }
    }

    /// ENCRYPTWITHAD for handshake messages: the plaintext itself while there is no key.
    mutating func encrypt(_ plaintext: [UInt8], associated: some ByteStorage) throws(NoiseError) -> [UInt8] {
        guard let key else { return plaintext }
        let nonce = try takeNonce()
        return ChaChaPoly.seal(plaintext, key: key, nonce: nonce, associated: associated)
    }

    /// DECRYPTWITHAD for handshake messages: the input itself while there is no key.
    mutating func decrypt(_ sealed: [UInt8], associated: some ByteStorage) throws(NoiseError) -> [UInt8] {
        guard let key else { return sealed }
        guard sealed.count >= ChaChaPoly.tagLength else { throw .truncated }
        guard nonce < Self.lastNonce else { throw .nonceExhausted }
        let counter = ChaChaPoly.Nonce(counter: nonce)
        guard let plaintext = ChaChaPoly.open(sealed, key: key, nonce: counter, associated: associated) else {
            throw .decryptionFailed
        }
        nonce += 1
        return plaintext
    }

    /// Encrypts in place, under the next number.
    /// - Parameter region: the plaintext, then ``ChaChaPoly/tagLength`` bytes of room for the tag.
    mutating func seal(
        _ region: UnsafeMutableRawBufferPointer, associated: some ByteStorage
    ) throws(NoiseError) {
        guard let key else { throw .missingKey }
        ChaChaPoly.seal(region, key: key, nonce: try takeNonce(), associated: associated)
    }

    /// Decrypts under the next number into `output`, which is ``ChaChaPoly/tagLength`` bytes shorter and may be the
    /// same memory. The number advances only when the tag fits.
    mutating func open(
        _ sealed: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, associated: some ByteStorage
    ) throws(NoiseError) {
        guard let key else { throw .missingKey }
        guard nonce < Self.lastNonce else { throw .nonceExhausted }
        let counter = ChaChaPoly.Nonce(counter: nonce)
        guard ChaChaPoly.open(sealed, into: output, key: key, nonce: counter, associated: associated) else {
            throw .decryptionFailed
        }
        nonce += 1
    }

    private mutating func takeNonce() throws(NoiseError) -> ChaChaPoly.Nonce {
        guard nonce < Self.lastNonce else { throw .nonceExhausted }
        defer { nonce += 1 }
        return ChaChaPoly.Nonce(counter: nonce)
    }
}

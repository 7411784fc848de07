import CSodium

/// A node's Ed25519 public key: 32 bytes held inline.
public struct PublicKey: Hashable, Sendable {
    /// Bytes of a key.
    public static let length = 32
    /// The key in the form of RFC 8032.
    public let bytes: Bytes32

    /// From the form of RFC 8032.
    public init(bytes: Bytes32) {
        self.bytes = bytes
    }

    /// - Returns: nil unless there are exactly 32 bytes. Whether they are a point of the curve shows when a signature
    ///   is checked.
    public init?(_ bytes: some ByteStorage) {
        guard let bytes = Bytes32(bytes) else { return nil }
        self.bytes = bytes
    }

    /// Whether `signature` (64 bytes) is this key's over `message`. Strict: see ``Ed25519``.
    public func isValid(_ signature: some ByteStorage, for message: some ByteStorage) -> Bool {
        Ed25519.verify(signature, of: message, publicKey: bytes)
    }

    /// The same key for X25519, for handshakes that know the other side only by its peer id.
    /// - Returns: nil when the bytes are no point of the curve or one of small order.
    public var agreementKey: Bytes32? {
        var converted = false
        let key = bytes.withBytes { source in
            Bytes32.filled { converted = crypto_sign_ed25519_pk_to_curve25519($0, source.start) == 0 }
        }
        return converted ? key : nil
    }

    /// The key as libp2p's protobuf: 36 bytes.
    public var encoded: [UInt8] { LibP2PPublicKey(ed25519: self).encoded }
}

/// A private key together with its public half.
///
/// The module draws no randomness: the caller gives the 32 bytes an Ed25519 pair is derived from.
public struct KeyPair: Sendable {
    /// The half that signs.
    public let privateKey: PrivateKey
    /// The half that verifies.
    public let publicKey: PublicKey

    /// The algorithm of both halves.
    public var algorithm: Algorithm { publicKey.algorithm }

    /// The pair of a private key.
    public init(_ privateKey: PrivateKey) throws(KeyError) {
        self.privateKey = privateKey
        self.publicKey = try privateKey.publicKey()
    }

    /// An Ed25519 pair from 32 secret random bytes.
    public init(seed: [UInt8]) throws(KeyError) {
        try self.init(PrivateKey(algorithm: .ed25519, bytes: seed))
    }

    /// Parses the text form of a private key, for example `ed25519-private/<hex>`.
    public init(_ text: String) throws(KeyError) {
        try self.init(PrivateKey(text))
    }

    /// Signs `message` with the private key.
    public func sign(_ message: [UInt8]) throws(KeyError) -> [UInt8] {
        try privateKey.sign(message, publicKey: publicKey)
    }
}

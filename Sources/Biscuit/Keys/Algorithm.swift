/// A signature algorithm of the specification; the raw value is its number on the wire.
public enum Algorithm: UInt32, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// Ed25519 (RFC 8032), the default.
    case ed25519 = 0
    /// ECDSA over secp256r1 with SHA-256 (SEC 1), DER signatures, compressed public keys.
    case secp256r1 = 1

    /// The name used in the text form of keys.
    public var name: String {
        switch self {
        case .ed25519: "ed25519"
        case .secp256r1: "secp256r1"
        }
    }

    public var description: String { name }

    /// The length of a public key in bytes.
    public var publicKeyLength: Int {
        switch self {
        case .ed25519: 32
        case .secp256r1: 33
        }
    }

    /// The length of a private key in bytes.
    public var privateKeyLength: Int { 32 }
}

/// Why a key or a signature operation was refused.
public enum KeyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text does not start with `ed25519/`, `secp256r1/`, or the private forms of these.
    case unknownAlgorithm(String)
    /// The part after the slash is not an even number of hexadecimal digits.
    case invalidHexadecimal
    /// The key has the wrong number of bytes for its algorithm.
    case invalidLength(expected: Int, actual: Int)
    /// The bytes are no point on the curve, or no scalar in its range.
    case invalidKey(Algorithm)
    /// The crypto library refused to sign.
    case signingFailed(Algorithm)

    public var description: String {
        switch self {
        case .unknownAlgorithm(let text):
            "unknown key algorithm in \"\(text)\": expected ed25519/<hex> or secp256r1/<hex>"
        case .invalidHexadecimal: "the key is not an even number of hexadecimal digits"
        case .invalidLength(let expected, let actual): "a key of \(expected) bytes was expected, got \(actual)"
        case .invalidKey(let algorithm): "the bytes are not a valid \(algorithm) key"
        case .signingFailed(let algorithm): "signing with a \(algorithm) key failed"
        }
    }
}

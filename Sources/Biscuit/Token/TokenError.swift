/// Why a token, a third-party request or block, or a snapshot was refused.
public enum TokenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A bound of `TokenLimits` was reached.
    case limitReached(Limit)
    /// The text is not base64url.
    case invalidBase64
    /// The bytes do not follow the wire format.
    case malformed(String)
    /// A block is in a Datalog version outside the supported 3 to 6 (v3.0 to v3.3), or uses what its version lacks.
    case unsupportedVersion(block: Int, String)
    /// A block is not well-formed Datalog: unknown symbols, unbound variables, mixed sets.
    case invalidBlock(block: Int, String)
    /// No trusted root key belongs to the token's root key id.
    case unknownRoot(rootKeyID: UInt32?)
    /// The signature of a block was not made by the key it must be made by.
    case invalidSignature(block: Int)
    /// The external signature of a third-party block is wrong.
    case invalidExternalSignature(block: Int)
    /// The secret or the final signature at the end does not belong to the last block.
    case invalidProof
    /// A sealed token can be neither extended nor sealed again.
    case sealed
    /// A third-party block was signed by another key than the expected one.
    case unexpectedThirdParty(expected: PublicKey, actual: PublicKey)
    /// There is no block with this index.
    case noSuchBlock(Int)
    /// The next key of a new block signs another block of the token already: whoever removes blocks up to there would
    /// hold the matching secret.
    case reusedKey
    /// A key could not be used.
    case key(KeyError)

    /// Which bound was reached, with its value.
    public enum Limit: Hashable, Sendable {
        case bytes(Int), blocks(Int), nesting(Int)
    }

    public var description: String {
        switch self {
        case .limitReached(.bytes(let limit)): "the token is longer than \(limit) bytes"
        case .limitReached(.blocks(let limit)): "the token has more than \(limit) blocks"
        case .limitReached(.nesting(let limit)): "the token nests values more than \(limit) levels deep"
        case .invalidBase64: "the text is not base64url"
        case .malformed(let reason): "malformed token: \(reason)"
        case .unsupportedVersion(let block, let reason): "block \(block): \(reason)"
        case .invalidBlock(let block, let reason): "block \(block): \(reason)"
        case .unknownRoot(let id?): "no trusted root key has the id \(id)"
        case .unknownRoot(nil): "no trusted root key for a token without root key id"
        case .invalidSignature(let block): "the signature of block \(block) is invalid"
        case .invalidExternalSignature(let block): "the external signature of block \(block) is invalid"
        case .invalidProof: "the proof at the end of the token does not belong to its last block"
        case .sealed: "the token is sealed"
        case .unexpectedThirdParty(let expected, let actual):
            "the block was signed by \(actual), expected \(expected)"
        case .noSuchBlock(let index): "the token has no block \(index)"
        case .reusedKey: "the next key of a block must be fresh, this one is in the token already"
        case .key(let error): error.description
        }
    }
}

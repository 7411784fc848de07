/// Why bytes or text from outside could not be read.
public enum WireError: Error, Hashable, Sendable {
    /// The input ended inside a value.
    case truncated
    /// A varint took more bytes than its limit (9 for multiformats, 10 for protobuf) or does not fit.
    case varintTooLong
    /// A varint was padded with zero groups; multiformats demand the shortest form.
    case varintNotMinimal
    /// A length is above the limit of its field.
    case tooLong(limit: Int)
    /// Input was left after the last value.
    case trailingBytes
    /// A protobuf tag with field number 0, or a wire type that this reader does not know (groups).
    case badTag
    /// A protobuf field carries another type than its schema says.
    case wrongType(field: Int)
    /// A required protobuf field is absent.
    case missingField(Int)
    /// A character outside the alphabet, or a length that the encoding cannot have.
    case badText
    /// A multibase prefix, multicodec, hash function, key type or address protocol that is not supported.
    case unknownCode(UInt64)
    /// A value of the right shape that the format does not allow there.
    case invalid(StaticReason)

    /// Which rule of a format was broken.
    public enum StaticReason: String, Hashable, Sendable {
        case emptyAddress = "an address has at least one component"
        case addressValue = "the value does not fit its address protocol"
        case addressName = "unknown address protocol"
        case addressSyntax = "an address begins with a slash"
        case digestLength = "the digest's length differs from the announced one"
        case keyLength = "a key has the wrong length"
        case peerID = "not the identifier of a peer"
        case keyNotEd25519 = "the peer's key is not Ed25519"
        case signature = "the signature does not fit the content"
        case signerMismatch = "signed with another key than the one the content names"
        case payloadType = "an envelope with another payload type"
    }
}

extension WireError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated: "it ends too early"
        case .varintTooLong: "a number in it is too long"
        case .varintNotMinimal: "a number in it is not in its shortest form"
        case .tooLong(let limit): "it is longer than \(limit) bytes"
        case .trailingBytes: "something is left behind its end"
        case .badTag: "a field of it has no valid tag"
        case .wrongType(let field): "its field \(field) has the wrong type"
        case .missingField(let field): "its field \(field) is missing"
        case .badText: "a character in it is not of its alphabet, or its length is wrong"
        case .unknownCode(let code): "it uses code \(code), which is not supported"
        case .invalid(let reason): reason.rawValue
        }
    }
}

/// A digest that names its hash function and length (https://github.com/multiformats/multihash).
public struct Multihash: Hashable, Sendable {
    /// The hash functions with a meaning here; others are carried as their codes.
    public enum Function: UInt64, Hashable, Sendable {
        case identity = 0x00
        case sha1 = 0x11
        case sha256 = 0x12
        case sha512 = 0x13
    }

    /// Longest digest accepted, in bytes; identity digests carry whole keys, and none is longer.
    public static let maximumDigestLength = 128

    /// The code of the hash function, known or not.
    public let code: UInt64
    /// The digest, which may be a prefix of the function's full output.
    public let digest: [UInt8]

    /// From a digest that was computed.
    public init(function: Function, digest: [UInt8]) {
        code = function.rawValue
        self.digest = digest
    }

    /// Decodes exactly one multihash.
    public init(_ bytes: [UInt8]) throws(WireError) {
        var reader = Reader(bytes)
        code = try reader.varint()
        let length = try reader.varint()
        guard length <= UInt64(Self.maximumDigestLength) else { throw .tooLong(limit: Self.maximumDigestLength) }
        guard reader.remaining == Int(length) else { throw .invalid(.digestLength) }
        digest = try reader.array(Int(length))
    }

    /// The hash function; nil when it is none of those known here.
    public var function: Function? { Function(rawValue: code) }

    /// Code, length and digest.
    public var encoded: [UInt8] {
        var bytes = Varint.encode(code)
        Varint.append(UInt64(digest.count), to: &bytes)
        return bytes + digest
    }
}

/// Text encodings of bytes that name themselves by their first character
/// (https://github.com/multiformats/multibase).
public enum Multibase: String, CaseIterable, Sendable {
    case base2 = "0"
    case base8 = "7"
    case base10 = "9"
    case base16 = "f"
    case base16upper = "F"
    case base32 = "b"
    case base32upper = "B"
    case base32pad = "c"
    case base32padupper = "C"
    case base32hex = "v"
    case base32hexupper = "V"
    case base32hexpad = "t"
    case base32hexpadupper = "T"
    case base32z = "h"
    case base36 = "k"
    case base36upper = "K"
    case base58btc = "z"
    case base58flickr = "Z"
    case base64 = "m"
    case base64pad = "M"
    case base64url = "u"
    case base64urlpad = "U"

    /// `bytes` in this encoding, with the prefix.
    public func encode(_ bytes: [UInt8]) -> String {
        rawValue + encodeWithoutPrefix(bytes)
    }

    /// `bytes` in this encoding, without the prefix.
    public func encodeWithoutPrefix(_ bytes: [UInt8]) -> String {
        switch codec {
        case .positional(let base): base.encode(bytes)
        case .bits(let base): base.encode(bytes)
        }
    }

    /// Decodes text that has no prefix and is known to be in this encoding.
    public func decodeWithoutPrefix(_ text: some StringProtocol) throws(WireError) -> [UInt8] {
        switch codec {
        case .positional(let base): try base.decode(text)
        case .bits(let base): try base.decode(text)
        }
    }

    /// Decodes text with a prefix.
    public static func decode(
        _ text: some StringProtocol
    ) throws(WireError) -> (encoding: Multibase, bytes: [UInt8]) {
        guard let prefix = text.first, let encoding = Multibase(rawValue: String(prefix)) else {
            throw .unknownCode(text.utf8.first.map(UInt64.init) ?? 0)
        }
        return (encoding, try encoding.decodeWithoutPrefix(text.dropFirst()))
    }

    private enum Codec {
        case positional(PositionalBase)
        case bits(BitBase)
    }

    private var codec: Codec { Self.codecs[self] ?? .bits(BitBase("01", bits: 1)) }

    private static let codecs: [Multibase: Codec] = {
        let digits = "0123456789"
        let lower = "abcdefghijklmnopqrstuvwxyz"
        let upper = lower.uppercased()
        let hex32 = digits + lower.prefix(22)
        let basic64 = upper + lower + digits + "+/"
        let url64 = upper + lower + digits + "-_"
        return [
            .base2: .bits(BitBase("01", bits: 1)),
            .base8: .bits(BitBase("01234567", bits: 3)),
            .base10: .positional(PositionalBase(digits)),
            .base16: .bits(BitBase(digits + "abcdef", bits: 4, foldingCase: true)),
            .base16upper: .bits(BitBase(digits + "ABCDEF", bits: 4, foldingCase: true)),
            .base32: .bits(BitBase(lower + "234567", bits: 5, foldingCase: true)),
            .base32upper: .bits(BitBase(upper + "234567", bits: 5, foldingCase: true)),
            .base32pad: .bits(BitBase(lower + "234567", bits: 5, paddedTo: 8, foldingCase: true)),
            .base32padupper: .bits(BitBase(upper + "234567", bits: 5, paddedTo: 8, foldingCase: true)),
            .base32hex: .bits(BitBase(hex32, bits: 5, foldingCase: true)),
            .base32hexupper: .bits(BitBase(hex32.uppercased(), bits: 5, foldingCase: true)),
            .base32hexpad: .bits(BitBase(hex32, bits: 5, paddedTo: 8, foldingCase: true)),
            .base32hexpadupper: .bits(BitBase(hex32.uppercased(), bits: 5, paddedTo: 8, foldingCase: true)),
            .base32z: .bits(BitBase("ybndrfg8ejkmcpqxot1uwisza345h769", bits: 5)),
            .base36: .positional(PositionalBase(digits + lower, foldingCase: true)),
            .base36upper: .positional(PositionalBase(digits + upper, foldingCase: true)),
            .base58btc: .positional(Base58.bitcoin),
            .base58flickr: .positional(
                PositionalBase("123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ")),
            .base64: .bits(BitBase(basic64, bits: 6)),
            .base64pad: .bits(BitBase(basic64, bits: 6, paddedTo: 4)),
            .base64url: .bits(BitBase(url64, bits: 6)),
            .base64urlpad: .bits(BitBase(url64, bits: 6, paddedTo: 4)),
        ]
    }()
}

/// The name of a content: a version, a codec and a multihash (https://github.com/multiformats/cid). What libp2p's DHT
/// keeps providers under is the multihash alone.
public struct ContentID: Hashable, Sendable {
    private static let version: UInt64 = 1
    /// Length in characters of a name of the first kind, which is the base58btc of a SHA-256 multihash.
    private static let oldTextLength = 46

    /// The digest of the content, with its hash function.
    public let multihash: Multihash

    /// From text: `Qm…` of 46 characters, or the second kind in any multibase (`bafy…`).
    public init(text: String) throws(WireError) {
        if text.hasPrefix("Qm"), text.utf8.count == Self.oldTextLength {
            multihash = try Multihash(Base58.decode(text))
            return
        }
        var reader = Reader(try Multibase.decode(text).bytes)
        let version = try reader.varint()
        guard version == Self.version else { throw .unknownCode(version) }
        _ = try reader.varint()
        multihash = try Multihash(reader.array(reader.remaining))
    }
}

/// The name of a node: libp2p's peer id of its Ed25519 key, which contains the key itself
/// (https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md). 32 bytes held inline; ordered by key.
///
/// Identifiers of other key types exist in libp2p but not in this mesh; ``LibP2PPeerID`` reads those.
public struct PeerID: Hashable, Sendable {
    /// Bytes of the binary form.
    public static let encodedLength = 38
    /// Identity multihash of 36 bytes, then the protobuf: key type Ed25519, 32 bytes of key.
    private static let prefix: [UInt8] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20]

    /// The key that the identifier contains.
    public let publicKey: PublicKey

    /// The identifier of a key.
    public init(_ publicKey: PublicKey) {
        self.publicKey = publicKey
    }

    /// From the binary form.
    public init(_ bytes: [UInt8]) throws(WireError) {
        if bytes.count == Self.encodedLength, bytes.starts(with: Self.prefix),
            let key = PublicKey(bytes[Self.prefix.count...])
        {
            publicKey = key
            return
        }
        self = try LibP2PPeerID(bytes).requireEd25519()
    }

    /// From text: base58btc (`12D3KooW…`) or a CIDv1.
    public init(text: some StringProtocol) throws(WireError) {
        self = try LibP2PPeerID(text: text).requireEd25519()
    }

    /// The binary form, 38 bytes, as it travels in messages.
    public var encoded: [UInt8] { Self.prefix + publicKey.bytes.array }

    /// base58btc, the form for people: 52 characters that begin with `12D3KooW`.
    public var text: String { Base58.encode(encoded) }
}

extension PeerID: Comparable {
    public static func < (left: PeerID, right: PeerID) -> Bool { left.publicKey.bytes < right.publicKey.bytes }
}

extension PeerID: CustomStringConvertible {
    public var description: String { text }
}

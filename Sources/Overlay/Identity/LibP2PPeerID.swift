/// A peer id of any key type: the multihash of the protobuf public key, which is the key itself up to 42 bytes and its
/// SHA-256 above (https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md).
public struct LibP2PPeerID: Hashable, Sendable {
    /// Keys up to this length, in bytes, are embedded instead of hashed.
    static let inlineLimit = 42
    private static let contentVersion: UInt64 = 1
    private static let keyCodec: UInt64 = 0x72

    /// The identifier itself.
    public let multihash: Multihash

    /// The identifier of a key.
    public init(_ key: LibP2PPublicKey) {
        let encoded = key.encoded
        multihash =
            encoded.count <= Self.inlineLimit
            ? Multihash(function: .identity, digest: encoded)
            : Multihash(function: .sha256, digest: SHA256.hash(encoded).array)
    }

    /// From the binary form.
    public init(_ bytes: [UInt8]) throws(WireError) {
        try self.init(multihash: Multihash(bytes))
    }

    private init(multihash: Multihash) throws(WireError) {
        switch multihash.function {
        case .sha256:
            guard multihash.digest.count == SHA256.digestLength else { throw .invalid(.digestLength) }
        case .identity:
            _ = try LibP2PPublicKey(multihash.digest)
        case .sha1, .sha512, nil:
            throw .invalid(.peerID)
        }
        self.multihash = multihash
    }

    /// From text: base58btc of the multihash when it begins with `1` or `Qm`, else a CIDv1 in any multibase with the
    /// codec `libp2p-key`.
    public init(text: some StringProtocol) throws(WireError) {
        guard !text.isEmpty else { throw .invalid(.peerID) }
        if text.hasPrefix("1") || text.hasPrefix("Qm") {
            try self.init(Base58.decode(text))
            return
        }
        var reader = Reader(try Multibase.decode(text).bytes)
        guard try reader.varint() == Self.contentVersion, try reader.varint() == Self.keyCodec else {
            throw .invalid(.peerID)
        }
        try self.init(reader.array(reader.remaining))
    }

    /// The binary form.
    public var encoded: [UInt8] { multihash.encoded }

    /// base58btc, the form that this mesh prints.
    public var text: String { Base58.encode(encoded) }

    /// CIDv1 with the codec `libp2p-key`.
    public func contentText(_ base: Multibase = .base32) -> String {
        base.encode(Varint.encode(Self.contentVersion) + Varint.encode(Self.keyCodec) + encoded)
    }

    /// The peer, when its key is of the mesh's type.
    public func requireEd25519() throws(WireError) -> PeerID {
        guard multihash.function == .identity else { throw .invalid(.keyNotEd25519) }
        return PeerID(try LibP2PPublicKey(multihash.digest).requireEd25519())
    }
}

extension LibP2PPeerID {
    /// The general form of an identifier of this mesh.
    public init(_ peer: PeerID) {
        self.init(LibP2PPublicKey(ed25519: peer.publicKey))
    }
}

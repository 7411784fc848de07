/// A public key of any type that libp2p knows, in its protobuf form. Signatures are checked only for Ed25519, the one
/// type of this mesh; the others are read so that their owners can be named.
public struct LibP2PPublicKey: Hashable, Sendable {
    /// `KeyType` of libp2p's crypto.proto.
    public enum KeyType: UInt64, Hashable, Sendable {
        case rsa = 0
        case ed25519 = 1
        case secp256k1 = 2
        case ecdsa = 3
    }

    /// Longest key data accepted, in bytes: RSA of 8192 bits in PKIX form has 1,062.
    public static let maximumLength = 2_048

    /// Which kind of key it is.
    public let type: KeyType
    /// The key in the form of its type: raw for Ed25519, compressed point for secp256k1, PKIX for the rest.
    public let data: [UInt8]

    /// The general form of a key of this mesh.
    public init(ed25519 key: PublicKey) {
        type = .ed25519
        data = key.bytes.array
    }

    /// From the protobuf; both fields are required, and lengths have to fit the type.
    public init(_ encoded: [UInt8]) throws(WireError) {
        var reader = ProtobufReader(encoded)
        var type: UInt64?
        var data: [UInt8]?
        while let field = try reader.next() {
            switch field.number {
            case 1: type = try field.varint()
            case 2: data = try field.bytes(limit: Self.maximumLength).array
            default: continue
            }
        }
        guard let type else { throw .missingField(1) }
        guard let data else { throw .missingField(2) }
        guard let known = KeyType(rawValue: type) else { throw .unknownCode(type) }
        if known == .ed25519, data.count != PublicKey.length { throw .invalid(.keyLength) }
        if known == .secp256k1, data.count != 33 { throw .invalid(.keyLength) }
        self.type = known
        self.data = data
    }

    /// The protobuf, fields in ascending order: peer ids are made from exactly these bytes.
    public var encoded: [UInt8] {
        var writer = ProtobufWriter()
        writer.varint(type.rawValue, field: 1)
        writer.bytes(data, field: 2)
        return writer.array
    }

    /// The key, when it is of the mesh's type.
    public func requireEd25519() throws(WireError) -> PublicKey {
        guard type == .ed25519, let key = PublicKey(data) else { throw .invalid(.keyNotEd25519) }
        return key
    }
}

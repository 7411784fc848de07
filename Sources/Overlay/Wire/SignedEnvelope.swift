/// A payload with a signature that says what it is for (libp2p RFC 0002). The received bytes are kept, so that what is
/// verified is what is forwarded.
public struct SignedEnvelope: Hashable, Sendable {
    /// Longest envelope accepted, in bytes; identify messages, which carry them, are bounded by 8 KiB as well.
    public static let maximumLength = 8_192

    /// The signer.
    public let publicKey: PublicKey
    /// What kind of payload it is, as the signer wrote it.
    public let payloadType: [UInt8]
    /// What was signed.
    public let payload: [UInt8]
    /// The envelope as it was received or first encoded.
    public let encoded: [UInt8]

    /// Signs `payload` for one `domain`, so that a signature made for one purpose is none for another.
    public init(signing payload: [UInt8], type: [UInt8], domain: String, by identity: Identity) {
        publicKey = identity.publicKey
        payloadType = type
        self.payload = payload
        var writer = ProtobufWriter()
        writer.bytes(identity.publicKey.encoded, field: 1)
        writer.bytes(type, field: 2)
        writer.bytes(payload, field: 3)
        writer.bytes(identity.sign(Self.signedBytes(domain: domain, type: type, payload: payload)), field: 5)
        encoded = writer.array
    }

    /// Decodes and verifies.
    public init(_ encoded: [UInt8], domain: String) throws(WireError) {
        guard encoded.count <= Self.maximumLength else { throw .tooLong(limit: Self.maximumLength) }
        var reader = ProtobufReader(encoded)
        var key: [UInt8]?
        var type: [UInt8] = []
        var payload: [UInt8] = []
        var signature: [UInt8] = []
        while let field = try reader.next() {
            switch field.number {
            case 1: key = try field.bytes().array
            case 2: type = try field.bytes().array
            case 3: payload = try field.bytes().array
            case 5: signature = try field.bytes().array
            default: continue
            }
        }
        guard let key else { throw .missingField(1) }
        publicKey = try LibP2PPublicKey(key).requireEd25519()
        let message = Self.signedBytes(domain: domain, type: type, payload: payload)
        guard publicKey.isValid(signature, for: message) else { throw .invalid(.signature) }
        payloadType = type
        self.payload = payload
        self.encoded = encoded
    }

    private static func signedBytes(domain: String, type: [UInt8], payload: [UInt8]) -> [UInt8] {
        var writer = Writer(reserving: domain.utf8.count + type.count + payload.count + 16)
        writer.text(domain)
        writer.delimited(type)
        writer.delimited(payload)
        return writer.array
    }
}

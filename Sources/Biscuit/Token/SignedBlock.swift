/// A block as it stands in a token: opaque Datalog with its signatures.
struct SignedBlock: Sendable, Hashable {
    struct External: Sendable, Hashable {
        let signature: [UInt8]
        let publicKey: PublicKey
    }

    /// The encoded message, forwarded as received.
    let bytes: [UInt8]
    /// The serialized Datalog.
    let payload: [UInt8]
    /// The key that signs the next block, or proves possession at the end.
    let nextKey: PublicKey
    let signature: [UInt8]
    let external: External?
    /// The version of the signed payload: 0 or 1.
    let version: UInt32

    static let highestVersion: UInt32 = 1

    /// Parses a `SignedBlock` message.
    init(_ message: ProtobufReader) throws(DecodingError) {
        let decoder = BlockDecoder(maxNesting: 0)
        var payload: [UInt8]?
        var nextKey: PublicKey?
        var signature: [UInt8]?
        var external: External?
        var version: UInt32 = 0
        try decoder.fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: payload = try reader.decodeBytes(field)
            case 2: nextKey = try decoder.publicKey(reader.decodeMessage(field))
            case 3: signature = try reader.decodeBytes(field)
            case 4: external = try decoder.externalSignature(reader.decodeMessage(field))
            case 5: version = try reader.decodeUInt32(field)
            default: return false
            }
            return true
        }
        self.bytes = Array(message.bytes[message.position..<message.end])
        self.payload = try BlockDecoder.required(payload, "block")
        self.nextKey = try BlockDecoder.required(nextKey, "nextKey")
        self.signature = try BlockDecoder.required(signature, "signature")
        self.external = external
        self.version = version
    }

    /// Signs `payload` with `key` and names `nextKey` as the signer of what follows.
    init(
        payload: [UInt8], external: External?, previousSignature: [UInt8]?, version: UInt32, signedBy key: KeyPair,
        nextKey: PublicKey
    ) throws(KeyError) {
        self.payload = payload
        self.nextKey = nextKey
        self.external = external
        self.version = version
        let message = SignaturePayload.block(
            payload, nextKey: nextKey, external: external?.signature, previous: previousSignature, version: version)
        let signature = try key.sign(message)
        self.signature = signature
        var writer = ProtobufWriter()
        writer.bytes(1, payload)
        writer.message(2) { $0.publicKey(nextKey) }
        writer.bytes(3, signature)
        if let external {
            writer.message(4) { $0.externalSignature(external) }
        }
        if version > 0 { writer.varint(5, UInt64(version)) }
        bytes = writer.bytes
    }

    /// Whether the signature was made by `key`, behind a block with `previousSignature`.
    func isSigned(by key: PublicKey, previousSignature: [UInt8]?) -> Bool {
        guard version <= Self.highestVersion else { return false }
        let message = SignaturePayload.block(
            payload, nextKey: nextKey, external: external?.signature, previous: previousSignature, version: version)
        return key.isValidSignature(signature, for: message)
    }

    /// Whether the external signature, if there is one, was made for this place in this token.
    func hasValidExternalSignature(previousSignature: [UInt8]) -> Bool {
        guard let external else { return true }
        let message = SignaturePayload.external(payload, previous: previousSignature)
        return external.publicKey.isValidSignature(external.signature, for: message)
    }
}

extension BlockDecoder {
    func externalSignature(_ message: ProtobufReader) throws(DecodingError) -> SignedBlock.External {
        var signature: [UInt8]?
        var key: PublicKey?
        try fields(message) { (reader, field) throws(DecodingError) in
            switch field.number {
            case 1: signature = try reader.decodeBytes(field)
            case 2: key = try publicKey(reader.decodeMessage(field))
            default: return false
            }
            return true
        }
        return SignedBlock.External(
            signature: try Self.required(signature, "signature"), publicKey: try Self.required(key, "publicKey"))
    }
}

extension ProtobufWriter {
    mutating func externalSignature(_ external: SignedBlock.External) {
        bytes(1, external.signature)
        message(2) { $0.publicKey(external.publicKey) }
    }
}

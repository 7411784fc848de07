/// What a third party needs to know to sign a block for a token it does not see.
public struct ThirdPartyRequest: Sendable, Hashable {
    /// The signature of the token's last block, which ties the third party's signature to this token.
    public let previousSignature: [UInt8]

    /// Parses the protobuf form. Requests of implementations that still send legacy keys are refused.
    public static func parse(_ bytes: [UInt8], limits: TokenLimits = .default) throws(TokenError) -> ThirdPartyRequest {
        guard bytes.count <= limits.maxBytes else { throw .limitReached(.bytes(limits.maxBytes)) }
        var signature: [UInt8]?
        do {
            try BlockDecoder(maxNesting: 0).fields(ProtobufReader(bytes)) { (reader, field) throws(DecodingError) in
                switch field.number {
                case 1, 2: throw .invalid("the request comes from an outdated implementation")
                case 3: signature = try reader.decodeBytes(field)
                default: return false
                }
                return true
            }
            return ThirdPartyRequest(previousSignature: try BlockDecoder.required(signature, "previousSignature"))
        } catch {
            throw TokenError(error)
        }
    }

    /// Parses base64url text.
    public static func parse(text: String, limits: TokenLimits = .default) throws(TokenError) -> ThirdPartyRequest {
        guard let bytes = Base64URL.decode(text.utf8) else { throw .invalidBase64 }
        return try parse(bytes, limits: limits)
    }

    /// The protobuf form.
    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(3, previousSignature)
        return writer.bytes
    }

    /// The base64url form, padded.
    public var text: String { Base64URL.encode(bytes) }

    /// Signs `block` with the third party's key. The block starts from its own symbol and key tables.
    public func sign(
        _ block: BlockBuilder, with key: KeyPair, limits: TokenLimits = .default
    ) throws(TokenError) -> ThirdPartyBlock {
        try block.validate(block: 0, limits)
        var symbols = SymbolTable()
        var lowered = symbols.lower(block)
        lowered.version = max(lowered.version, DatalogVersion.v32)
        let payload = ProtobufWriter.encode(lowered)
        do {
            let signature = try key.sign(SignaturePayload.external(payload, previous: previousSignature))
            return ThirdPartyBlock(payload: payload, externalSignature: signature, publicKey: key.publicKey)
        } catch {
            throw .key(error)
        }
    }
}

/// A block signed by a third party, ready to be appended to the token it was requested for.
public struct ThirdPartyBlock: Sendable, Hashable {
    /// The serialized Datalog.
    public let payload: [UInt8]
    /// The third party's signature over payload and previous signature.
    public let externalSignature: [UInt8]
    /// The key the signature was made with.
    public let publicKey: PublicKey

    /// Parses the protobuf form. The signature is checked when the block is appended.
    public static func parse(_ bytes: [UInt8], limits: TokenLimits = .default) throws(TokenError) -> ThirdPartyBlock {
        guard bytes.count <= limits.maxBytes else { throw .limitReached(.bytes(limits.maxBytes)) }
        let decoder = BlockDecoder(maxNesting: 0)
        var payload: [UInt8]?
        var external: SignedBlock.External?
        do {
            try decoder.fields(ProtobufReader(bytes)) { (reader, field) throws(DecodingError) in
                switch field.number {
                case 1: payload = try reader.decodeBytes(field)
                case 2: external = try decoder.externalSignature(reader.decodeMessage(field))
                default: return false
                }
                return true
            }
            let signed = try BlockDecoder.required(external, "externalSignature")
            return ThirdPartyBlock(
                payload: try BlockDecoder.required(payload, "payload"), externalSignature: signed.signature,
                publicKey: signed.publicKey)
        } catch {
            throw TokenError(error)
        }
    }

    /// Parses base64url text.
    public static func parse(text: String, limits: TokenLimits = .default) throws(TokenError) -> ThirdPartyBlock {
        guard let bytes = Base64URL.decode(text.utf8) else { throw .invalidBase64 }
        return try parse(bytes, limits: limits)
    }

    /// The protobuf form.
    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(1, payload)
        writer.message(2) {
            $0.externalSignature(SignedBlock.External(signature: externalSignature, publicKey: publicKey))
        }
        return writer.bytes
    }

    /// The base64url form, padded.
    public var text: String { Base64URL.encode(bytes) }
}

/// A token whose structure was parsed and whose signatures have not been checked.
///
/// The original bytes are kept: they are what is verified and forwarded.
public struct Token: Sendable {
    /// The token as received or built.
    public let bytes: [UInt8]
    /// Names the root key to verify with, when the issuer has several.
    public let rootKeyID: UInt32?
    let blocks: [SignedBlock]
    let proof: Proof
    let limits: TokenLimits

    /// What ends the chain of signatures.
    enum Proof: Sendable {
        /// The private half of the last next key: the token can be extended.
        case secret(PrivateKey)
        /// A signature by it: the token is sealed.
        case seal([UInt8])
    }

    /// At least 1, the authority included.
    public var blockCount: Int { blocks.count }

    /// Whether the token can no longer be extended.
    public var isSealed: Bool {
        if case .seal = proof { true } else { false }
    }

    /// The signature of each block, which identifies it: revoking one revokes every token that contains it.
    public var revocationIDs: [[UInt8]] { blocks.map(\.signature) }

    /// For each block the key of the third party that signed it, if one did.
    public var externalKeys: [PublicKey?] { blocks.map { $0.external?.publicKey } }

    /// The base64url form, padded, without prefix.
    public var text: String { Base64URL.encode(bytes) }

    /// The text form with the prefix that tells what it is.
    public var prefixedText: String { Token.prefix + text }

    static let prefix = "biscuit:"

    var last: SignedBlock { blocks[blocks.count - 1] }
}

// MARK: - Parsing

extension Token {
    /// Parses the structure; blocks stay opaque until `verify`.
    public static func parse(_ bytes: [UInt8], limits: TokenLimits = .default) throws(TokenError) -> Token {
        guard bytes.count <= limits.maxBytes else { throw .limitReached(.bytes(limits.maxBytes)) }
        var envelope = Envelope()
        try envelope.read(bytes, maxBlocks: limits.maxBlocks)
        return try envelope.token(bytes, limits)
    }

    /// Parses base64url text, with or without padding and with or without the `biscuit:` prefix.
    public static func parse(text: String, limits: TokenLimits = .default) throws(TokenError) -> Token {
        var characters = text.utf8[...]
        if characters.starts(with: prefix.utf8) { characters = characters.dropFirst(prefix.utf8.count) }
        guard characters.count <= limits.maxBytes / 3 * 4 + 8 else { throw .limitReached(.bytes(limits.maxBytes)) }
        guard let bytes = Base64URL.decode(characters) else { throw .invalidBase64 }
        return try parse(bytes, limits: limits)
    }

    /// The fields of a `Biscuit` message.
    private struct Envelope {
        var rootKeyID: UInt32?
        var authority: SignedBlock?
        var blocks: [SignedBlock] = []
        var secret: [UInt8]?
        var seal: [UInt8]?
        var hasProof = false

        mutating func read(_ bytes: [UInt8], maxBlocks: Int) throws(TokenError) {
            do {
                try readFields(bytes, maxBlocks: maxBlocks)
            } catch {
                throw TokenError(error)
            }
            guard blocks.count < maxBlocks else { throw .limitReached(.blocks(maxBlocks)) }
        }

        private mutating func readFields(_ bytes: [UInt8], maxBlocks: Int) throws(DecodingError) {
            var reader = ProtobufReader(bytes)
            while let field = try reader.decodeField() {
                switch field.number {
                case 1: rootKeyID = try reader.decodeUInt32(field)
                case 2: authority = try SignedBlock(reader.decodeMessage(field))
                case 3:
                    let message = try reader.decodeMessage(field)
                    if blocks.count < maxBlocks { blocks.append(try SignedBlock(message)) }
                case 4: try readProof(reader.decodeMessage(field))
                default: try reader.decodeUnknown(field)
                }
            }
        }

        private mutating func readProof(_ message: ProtobufReader) throws(DecodingError) {
            hasProof = true
            var reader = message
            while let field = try reader.decodeField() {
                switch field.number {
                case 1: (secret, seal) = (try reader.decodeBytes(field), nil)
                case 2: (secret, seal) = (nil, try reader.decodeBytes(field))
                default: try reader.decodeUnknown(field)
                }
            }
        }

        func token(_ bytes: [UInt8], _ limits: TokenLimits) throws(TokenError) -> Token {
            guard let authority else { throw .malformed("the authority block is missing") }
            guard authority.external == nil else {
                throw .malformed("the authority block cannot have an external signature")
            }
            for block in blocks where block.external != nil && block.version != 1 {
                throw .malformed("third-party blocks need signature version 1")
            }
            let all = [authority] + blocks
            return Token(
                bytes: bytes, rootKeyID: rootKeyID, blocks: all, proof: try proof(all[all.count - 1].nextKey),
                limits: limits)
        }

        private func proof(_ nextKey: PublicKey) throws(TokenError) -> Proof {
            if let seal { return .seal(seal) }
            guard hasProof, let secret else { throw .malformed("the proof is missing") }
            do {
                return .secret(try PrivateKey(algorithm: nextKey.algorithm, bytes: secret))
            } catch {
                throw .malformed("the secret in the proof is not a key: \(error)")
            }
        }
    }

    /// The decoded blocks. Says nothing about signatures.
    func contents() throws(TokenError) -> TokenContents {
        try TokenContents(blocks, limits: limits)
    }

    /// All blocks as Datalog text, decoded once. Says nothing about signatures.
    public func blockSources() throws(TokenError) -> [String] {
        let contents = try contents()
        var sources: [String] = []
        for index in blocks.indices { sources.append(try contents.builder(index).source) }
        return sources
    }

    /// One block as Datalog text; decodes the whole token, so ``blockSources()`` is for several. Says nothing about its
    /// signature.
    public func blockSource(_ index: Int) throws(TokenError) -> String {
        try block(index).source
    }

    /// A block as Datalog. Says nothing about its signature.
    public func block(_ index: Int) throws(TokenError) -> BlockBuilder {
        try contents().builder(index)
    }
}

extension Token {
    /// Makes a new token.
    ///
    /// - Parameters:
    ///   - root: signs the authority block.
    ///   - rootKeyID: tells verifiers with several roots which one signed.
    ///   - nextKey: a fresh pair that signs the next block; its secret becomes part of the token.
    public static func mint(
        root: KeyPair, rootKeyID: UInt32? = nil, authority: BlockBuilder, nextKey: KeyPair,
        limits: TokenLimits = .default
    ) throws(TokenError) -> Token {
        guard nextKey.publicKey != root.publicKey else { throw .reusedKey }
        return try issue(root: root, rootKeyID: rootKeyID, authority: authority, nextKey: nextKey, limits: limits)
    }

    /// `mint` without the check that the root key is not given away.
    static func issue(
        root: KeyPair, rootKeyID: UInt32? = nil, authority: BlockBuilder, nextKey: KeyPair,
        limits: TokenLimits = .default
    ) throws(TokenError) -> Token {
        try authority.validate(block: 0, limits)
        var symbols = SymbolTable()
        let block = symbols.lower(authority)
        let version: UInt32 = block.needsSignatureVersion1 || !isEd25519(root, nextKey) ? 1 : 0
        let signed = try sign {
            () throws(KeyError) in
            try SignedBlock(
                payload: ProtobufWriter.encode(block), external: nil, previousSignature: nil, version: version,
                signedBy: root, nextKey: nextKey.publicKey)
        }
        return try assemble(rootKeyID, [signed], .secret(nextKey.privateKey), limits)
    }

    /// A token that also holds `block`, and can do no more than this one.
    ///
    /// - Parameter nextKey: a fresh pair; its secret becomes part of the new token.
    public func append(_ block: BlockBuilder, nextKey: KeyPair) throws(TokenError) -> Token {
        guard !isSealed else { throw .sealed }
        try block.validate(block: blockCount, limits)
        var symbols = try contents().symbols
        let lowered = symbols.lower(block)
        return try append(
            ProtobufWriter.encode(lowered), external: nil, nextKey: nextKey,
            needsVersion1: lowered.needsSignatureVersion1)
    }

    /// What a third party needs to sign a block for this token.
    public func thirdPartyRequest() throws(TokenError) -> ThirdPartyRequest {
        guard !isSealed else { throw .sealed }
        return ThirdPartyRequest(previousSignature: last.signature)
    }

    /// Appends a block signed by `key` for a request of this token.
    ///
    /// - Parameter nextKey: a fresh pair; its secret becomes part of the new token.
    public func append(_ block: ThirdPartyBlock, signedBy key: PublicKey, nextKey: KeyPair) throws(TokenError) -> Token
    {
        guard block.publicKey == key else {
            throw .unexpectedThirdParty(expected: key, actual: block.publicKey)
        }
        let message = SignaturePayload.external(block.payload, previous: last.signature)
        guard key.isValidSignature(block.externalSignature, for: message) else {
            throw .invalidExternalSignature(block: blockCount)
        }
        do {
            _ = try BlockDecoder(maxNesting: limits.maxNesting).block(block.payload)
        } catch {
            throw TokenError(error, block: blockCount)
        }
        let external = SignedBlock.External(signature: block.externalSignature, publicKey: key)
        return try append(block.payload, external: external, nextKey: nextKey, needsVersion1: true)
    }

    /// A token that cannot be extended any more.
    public func seal() throws(TokenError) -> Token {
        guard case .secret(let secret) = proof else { throw .sealed }
        let message = SignaturePayload.seal(last)
        let signature = try Self.sign { () throws(KeyError) in try secret.sign(message) }
        return try Self.assemble(rootKeyID, blocks, .seal(signature), limits)
    }

    private func append(
        _ payload: [UInt8], external: SignedBlock.External?, nextKey: KeyPair, needsVersion1: Bool
    ) throws(TokenError) -> Token {
        guard case .secret(let secret) = proof else { throw .sealed }
        guard blockCount < limits.maxBlocks else { throw .limitReached(.blocks(limits.maxBlocks)) }
        guard !blocks.contains(where: { $0.nextKey == nextKey.publicKey }) else { throw .reusedKey }
        let previous = last.signature
        let highest = blocks.map(\.version).max() ?? 0
        let signed = try Self.sign { () throws(KeyError) in
            let key = try KeyPair(secret)
            let version = needsVersion1 || !Self.isEd25519(key, nextKey) ? 1 : highest
            return try SignedBlock(
                payload: payload, external: external, previousSignature: previous, version: version, signedBy: key,
                nextKey: nextKey.publicKey)
        }
        return try Self.assemble(rootKeyID, blocks + [signed], .secret(nextKey.privateKey), limits)
    }

    private static func isEd25519(_ keys: KeyPair...) -> Bool {
        keys.allSatisfy { $0.algorithm == .ed25519 }
    }

    private static func sign<Value>(_ body: () throws(KeyError) -> Value) throws(TokenError) -> Value {
        do {
            return try body()
        } catch {
            throw .key(error)
        }
    }

    /// Writes the envelope around blocks whose bytes stay what they are.
    private static func assemble(
        _ rootKeyID: UInt32?, _ blocks: [SignedBlock], _ proof: Proof, _ limits: TokenLimits
    ) throws(TokenError) -> Token {
        var writer = ProtobufWriter()
        if let rootKeyID { writer.varint(1, UInt64(rootKeyID)) }
        writer.bytes(2, blocks[0].bytes)
        for block in blocks.dropFirst() { writer.bytes(3, block.bytes) }
        writer.message(4) { writer in
            switch proof {
            case .secret(let key): writer.bytes(1, key.bytes)
            case .seal(let signature): writer.bytes(2, signature)
            }
        }
        guard writer.bytes.count <= limits.maxBytes else { throw .limitReached(.bytes(limits.maxBytes)) }
        return Token(bytes: writer.bytes, rootKeyID: rootKeyID, blocks: blocks, proof: proof, limits: limits)
    }
}

extension Wire.Block {
    /// Blocks of Datalog v3.3 are signed with payload version 1.
    var needsSignatureVersion1: Bool { version >= DatalogVersion.v33 }
}

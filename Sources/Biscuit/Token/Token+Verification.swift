extension Token {
    /// Checks every signature with the root key the host trusts for the token's root key id, then decodes the blocks.
    ///
    /// - Parameter roots: the key for a root key id, `nil` to refuse the token.
    public func verify(roots: (_ rootKeyID: UInt32?) -> PublicKey?) throws(TokenError) -> VerifiedToken {
        guard let root = roots(rootKeyID) else { throw .unknownRoot(rootKeyID: rootKeyID) }
        return try verify(root: root)
    }

    /// Checks with the trusted roots that have exactly the token's root key id, in order.
    public func verify(trusting roots: [TrustedRoot]) throws(TokenError) -> VerifiedToken {
        let candidates = roots.filter { $0.id == rootKeyID }
        guard let first = candidates.first else { throw .unknownRoot(rootKeyID: rootKeyID) }
        let signer = candidates.first { blocks[0].isSigned(by: $0.publicKey, previousSignature: nil) }
        return try verify(root: (signer ?? first).publicKey)
    }

    /// Checks with one root key whatever the token's root key id.
    public func verify(root: PublicKey) throws(TokenError) -> VerifiedToken {
        try verifySignatures(root)
        return try VerifiedToken(token: self, root: root)
    }

    /// Signatures come first: nothing of a block is decoded before its signer is known.
    private func verifySignatures(_ root: PublicKey) throws(TokenError) {
        var key = root
        var previous: [UInt8]?
        for (index, block) in blocks.enumerated() {
            guard block.isSigned(by: key, previousSignature: previous) else { throw .invalidSignature(block: index) }
            if let previous {
                guard block.hasValidExternalSignature(previousSignature: previous) else {
                    throw .invalidExternalSignature(block: index)
                }
            }
            key = block.nextKey
            previous = block.signature
        }
        try verifyProof(key)
    }

    private func verifyProof(_ key: PublicKey) throws(TokenError) {
        switch proof {
        case .secret(let secret):
            guard let publicKey = try? secret.publicKey(), publicKey == key else { throw .invalidProof }
        case .seal(let signature):
            guard key.isValidSignature(signature, for: SignaturePayload.seal(last)) else { throw .invalidProof }
        }
    }
}

/// A token whose signatures were checked and whose blocks were decoded. Make it once, authorize many times.
public struct VerifiedToken: Sendable {
    /// The token as received.
    public let token: Token
    /// The root key the first signature was checked with.
    public let root: PublicKey
    let blocks: BlockSet

    init(token: Token, root: PublicKey) throws(TokenError) {
        self.token = token
        self.root = root
        self.blocks = try BlockSet(token.contents(), externalKeys: token.externalKeys)
    }

    /// The content of a block.
    public func block(_ index: Int) throws(TokenError) -> BlockBuilder {
        try blocks.contents.builder(index)
    }

    /// The facts a block states, without those its rules would derive.
    public func facts(ofBlock index: Int) throws(TokenError) -> [Fact] {
        try block(index).facts
    }

    /// The facts the issuer states in the authority block.
    public var authorityFacts: [Fact] {
        (try? facts(ofBlock: 0)) ?? []
    }
}

import Testing

@testable import Biscuit

/// The life of a token: mint, attenuate, third parties, seal, verify.
struct TokenTests {
    private let root: KeyPair
    private let next: KeyPair
    private let last: KeyPair
    private let final: KeyPair
    private let third: KeyPair
    private let p256: KeyPair

    init() throws {
        root = try KeyPair(seed: [UInt8](repeating: 1, count: 32))
        next = try KeyPair(seed: [UInt8](repeating: 2, count: 32))
        last = try KeyPair(seed: [UInt8](repeating: 5, count: 32))
        final = try KeyPair(seed: [UInt8](repeating: 6, count: 32))
        third = try KeyPair(seed: [UInt8](repeating: 3, count: 32))
        p256 = try KeyPair(PrivateKey(algorithm: .secp256r1, bytes: [UInt8](repeating: 4, count: 32)))
    }

    private func mint(_ source: String, rootKeyID: UInt32? = nil) throws -> Token {
        try Token.mint(root: root, rootKeyID: rootKeyID, authority: BlockBuilder(source), nextKey: next)
    }

    private func isAllowed(_ token: Token, _ authorizer: String) throws -> Bool {
        let verified = try Token.parse(token.bytes).verify(root: root.publicKey)
        return try AuthorizerBuilder(authorizer).build().authorize(verified).isAllowed
    }

    @Test func attenuationOnlyRestricts() throws {
        let token = try mint("right(\"file1\", \"read\"); right(\"file1\", \"write\");")
        let narrow = try token.append(
            BlockBuilder("check if operation(\"read\"); right(\"all\", \"read\");"), nextKey: last)
        #expect(try isAllowed(token, "operation(\"write\"); allow if right(\"file1\", \"write\");"))
        #expect(try !isAllowed(narrow, "operation(\"write\"); allow if right(\"file1\", \"write\");"))
        #expect(try isAllowed(narrow, "operation(\"read\"); allow if right(\"file1\", \"read\");"))
        #expect(try !isAllowed(narrow, "operation(\"read\"); allow if right(\"all\", \"read\");"))
        #expect(Array(narrow.revocationIDs.prefix(1)) == token.revocationIDs)
    }

    @Test func sealedTokensStayAsTheyAre() throws {
        let sealed = try mint("f(1);").append(BlockBuilder("g(1);"), nextKey: last).seal()
        #expect(sealed.isSealed)
        #expect(try isAllowed(sealed, "allow if f(1);"))
        #expect(throws: TokenError.sealed) { try sealed.seal() }
        #expect(throws: TokenError.sealed) { try sealed.append(BlockBuilder("h(1);"), nextKey: next) }
        #expect(throws: TokenError.sealed) { try sealed.thirdPartyRequest() }
    }

    @Test(arguments: [false, true])
    func thirdPartyBlocks(_ isP256: Bool) throws {
        let signer = isP256 ? p256 : third
        let token = try mint("check if group(\"admin\") trusting \(signer.publicKey); f(\"shared\");")
        #expect(try !isAllowed(token, "allow if true;"))
        let request = try ThirdPartyRequest.parse(text: token.thirdPartyRequest().text)
        let block = try ThirdPartyBlock.parse(
            text: request.sign(BlockBuilder("group(\"admin\"); f(\"shared\");"), with: signer).text)
        let extended = try token.append(block, signedBy: signer.publicKey, nextKey: last)
        #expect(try isAllowed(extended, "allow if true;"))
        #expect(extended.externalKeys == [nil, signer.publicKey])
        #expect(throws: TokenError.unexpectedThirdParty(expected: next.publicKey, actual: signer.publicKey)) {
            try token.append(block, signedBy: next.publicKey, nextKey: last)
        }
        let other = try mint("f(2);")
        #expect(throws: TokenError.invalidExternalSignature(block: 1)) {
            try other.append(block, signedBy: signer.publicKey, nextKey: last)
        }
    }

    @Test func symbolsAfterThirdPartyBlock() throws {
        let token = try mint("first(\"one\");")
        let block = try token.thirdPartyRequest().sign(BlockBuilder("hidden(\"two\");"), with: third)
        let extended = try token.append(block, signedBy: third.publicKey, nextKey: last)
            .append(BlockBuilder("last(\"three\"); check if first(\"one\");"), nextKey: final)
        #expect(try extended.blockSources() == (0..<3).map { try extended.blockSource($0) })
        #expect(try extended.blockSource(1) == "hidden(\"two\");\n")
        #expect(try extended.blockSource(2) == "last(\"three\");\ncheck if first(\"one\");\n")
        #expect(try isAllowed(extended, "allow if hidden(\"two\") trusting \(third.publicKey);"))
    }

    @Test func rootKeysByID() throws {
        let token = try mint("f(1);", rootKeyID: 7)
        let roots = [
            TrustedRoot(third.publicKey), TrustedRoot(id: 7, third.publicKey), TrustedRoot(id: 7, root.publicKey),
        ]
        #expect(try token.verify(trusting: roots).root == root.publicKey)
        #expect(throws: TokenError.unknownRoot(rootKeyID: 7)) {
            try token.verify(trusting: [TrustedRoot(id: 8, root.publicKey)])
        }
        #expect(throws: TokenError.invalidSignature(block: 0)) {
            try token.verify(trusting: [TrustedRoot(id: 7, third.publicKey)])
        }
        #expect(try token.verify { $0 == 7 ? root.publicKey : nil }.token.rootKeyID == 7)
    }

    @Test func nextKeysMustBeFresh() throws {
        let block = try BlockBuilder("f(1);")
        #expect(throws: TokenError.reusedKey) { try Token.mint(root: root, authority: block, nextKey: root) }
        #expect(throws: TokenError.reusedKey) { try mint("f(1);").append(block, nextKey: next) }
    }

    @Test func everyFlippedBitIsNoticed() throws {
        let token = try mint("f(1);").append(BlockBuilder("g(1);"), nextKey: last)
        for index in token.bytes.indices {
            for bit in 0..<8 {
                var bytes = token.bytes
                bytes[index] ^= 1 << UInt8(bit)
                let verified = try? Token.parse(bytes).verify(root: root.publicKey)
                #expect(verified == nil, "bit \(bit) of byte \(index)")
            }
        }
    }

    @Test func everyTruncationIsNoticed() throws {
        let token = try mint("f(1);").append(BlockBuilder("g(1);"), nextKey: last)
        for length in token.bytes.indices {
            let verified = try? Token.parse(Array(token.bytes.prefix(length))).verify(root: root.publicKey)
            #expect(verified == nil, "\(length) bytes")
        }
    }

    @Test func textForms() throws {
        let token = try mint("f(1);")
        let unpadded = String(token.text.prefix { $0 != "=" })
        for text in [token.text, unpadded, token.prefixedText, "biscuit:" + unpadded] {
            #expect(try Token.parse(text: text).bytes == token.bytes)
        }
        for text in ["", "biscuit:", "*", token.text + "=", token.text + "A", "biscuit:biscuit:" + token.text] {
            #expect(throws: TokenError.self) { try Token.parse(text: text) }
        }
    }

    @Test func signatureVersions() throws {
        let plain = try mint("f(1);")
        #expect(plain.blocks[0].version == 0)
        #expect(try mint("f(null);").blocks[0].version == 1)
        #expect(try plain.append(BlockBuilder("g(1);"), nextKey: p256).blocks[1].version == 1)
        let raised = try plain.append(BlockBuilder("f(null);"), nextKey: last).append(
            BlockBuilder("g(1);"), nextKey: final)
        #expect(raised.blocks.map(\.version) == [0, 1, 1])
    }

    @Test func blockScopeAndContextSurvive() throws {
        var block = try BlockBuilder("trusting previous, \(third.publicKey); check if f(1);")
        block.context = "issued for a test"
        let token = try Token.mint(root: root, authority: BlockBuilder("f(1);"), nextKey: next).append(
            block, nextKey: last)
        #expect(try token.block(1) == block)
        #expect(try token.blockSource(1) == "trusting previous, \(third.publicKey);\ncheck if f(1);\n")
    }

    @Test func malformedContentCannotBeMinted() {
        var block = BlockBuilder()
        block.facts = [Fact("f", .variable("x"))]
        #expect(throws: TokenError.self) { try Token.mint(root: root, authority: block, nextKey: next) }
        block.facts = [Fact("f", .set([1, "a"]))]
        #expect(throws: TokenError.self) { try Token.mint(root: root, authority: block, nextKey: next) }
        block.facts = []
        block.rules = [Rule(head: Predicate("f", [.variable("x")]), body: [])]
        #expect(throws: TokenError.self) { try Token.mint(root: root, authority: block, nextKey: next) }
    }
}

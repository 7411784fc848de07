import Biscuit
import Testing

@testable import samnode

@Suite struct TokenSealCommandTests {
    @Test func aSealedTokenIsAcceptedAndNotExtended() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"), "--service", "*")
            let sealed = try fixture.run(TokenSealCommand.self, token)
            #expect(sealed.notes == "sealed a token of 1 block\n")
            #expect(try Token.parse(text: sealed.line).isSealed)
            let verified = try fixture.run(
                TokenVerifyCommand.self, sealed.line, "--data-dir", fixture.authority(), "--service", "mcp:x")
            #expect(verified.exit == .success)
            let narrowed = try fixture.run(TokenAttenuateCommand.self, sealed.line, "--ttl", "1h")
            #expect(
                narrowed.error
                    == "the token cannot be narrowed: the token is sealed; ask whoever issued it for another")
            let again = try fixture.run(TokenSealCommand.self, sealed.line)
            #expect(again.exit == .data)
            #expect(again.error == "the token is sealed already; use it as it is")
        }
    }

    @Test func theResultCanBeJSONOrAFile() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"))
            let narrowed = try fixture.run(TokenAttenuateCommand.self, token, "--ttl", "1h", "--json").json()
            #expect(narrowed["blocks"] as? Int == 2)
            let text = try #require(narrowed["token"] as? String)
            let json = try fixture.run(TokenSealCommand.self, text, "--json").json()
            #expect(json["sealed"] as? Bool == true)
            let out = fixture.folder.path("sealed")
            let written = try fixture.run(TokenSealCommand.self, text, "--out", out)
            #expect(written.result.isEmpty)
            #expect(written.notes == "sealed a token of 2 blocks\nwrote \(out)\n")
        }
    }

    @Test func attenuateTakesABlockAsText() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"))
            try fixture.folder.write("from(\"a file\");", to: "block")
            let narrowed = try fixture.run(
                TokenAttenuateCommand.self, token, "--block", "from(\"text\"); check if from($x);", "--block-file",
                fixture.folder.path("block"))
            let source = try Token.parse(text: narrowed.line).blockSource(1)
            #expect(source == "from(\"a file\");\nfrom(\"text\");\ncheck if from($x);\n")
            let broken = try fixture.run(TokenAttenuateCommand.self, token, "--block", "from(\n;")
            #expect(broken.exit == .data)
            #expect(broken.error?.hasPrefix("--block \"from(\\n;\": line 2, column 1: ") == true)
            #expect(broken.error?.hasSuffix("; correct the block") == true)
        }
    }
}

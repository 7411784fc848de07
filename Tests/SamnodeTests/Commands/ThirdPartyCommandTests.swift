import ArgumentParser
import Biscuit
import Foundation
import Testing

@testable import samnode

@Suite struct ThirdPartyCommandTests {
    /// A key file of a third party, and the key that others know it by.
    private func thirdParty(_ fixture: CommandFixture, seed: UInt8 = 7) throws -> (path: String, key: PublicKey) {
        let pair = try KeyPair(seed: [UInt8](repeating: seed, count: 32))
        let name = "party-\(seed).key"
        try fixture.folder.write(pair.privateKey.text + "\n", to: name)
        return (fixture.folder.path(name), pair.publicKey)
    }

    @Test func aThirdPartySignsWithoutSeeingTheToken() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"), "--user", "alice")
            let (path, key) = try thirdParty(fixture)
            let request = try fixture.run(ThirdPartyRequestCommand.self, token)
            #expect(request.notes == "good for this token as long as no other block is added to it\n")
            #expect(!request.line.contains("alice"))
            let signed = try fixture.run(
                ThirdPartySignCommand.self, request.line, "--key", path, "--block", "member(\"acme\");")
            #expect(signed.notes == "signed by \(key)\n")
            let extended = try fixture.run(
                ThirdPartyAppendCommand.self, token, signed.line, "--signed-by", key.description)
            #expect(extended.notes == "added block 1, signed by \(key)\n")
            try fixture.folder.write("allow if member(\"acme\") trusting \(key);", to: "policy")
            try fixture.folder.write("allow if member(\"acme\");", to: "untrusting")
            for (name, exit) in [("policy", ConsoleExit.success), ("untrusting", .refused)] {
                let outcome = try fixture.run(
                    TokenVerifyCommand.self, extended.line, "--data-dir", fixture.authority(), "--authorizer",
                    fixture.folder.path(name))
                #expect(outcome.exit == exit, "\(name)")
            }
        }
    }

    @Test func everyStepGivesJSON() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"))
            let (path, key) = try thirdParty(fixture)
            let request = try fixture.run(ThirdPartyRequestCommand.self, token, "--json").json()
            let asked = try #require(request["request"] as? String)
            let signed = try fixture.run(
                ThirdPartySignCommand.self, asked, "--key", path, "--block", "member(\"acme\")", "--json"
            ).json()
            #expect(signed["third_party_key"] as? String == key.description)
            #expect(signed["datalog"] as? String == "member(\"acme\");\n")
            let block = try #require(signed["block"] as? String)
            let out = fixture.folder.path("out")
            let appended = try fixture.run(ThirdPartyAppendCommand.self, token, block, "--out", out, "--json").json()
            #expect(appended["file"] as? String == out)
            #expect(appended["token"] == nil)
            #expect(appended["blocks"] as? Int == 2)
            #expect(appended["sealed"] as? Bool == false)
            #expect((appended["revocation_ids"] as? [String])?.count == 2)
            #expect(try fixture.folder.mode("out") == 0o600)
            let shown = try fixture.run(TokenInspectCommand.self, out)
            #expect(shown.result.contains("third party  \(key)\n"))
        }
    }

    @Test func requestsAndBlocksComeFromFilesAndStandardInput() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"))
            let (path, _) = try thirdParty(fixture)
            let request = try fixture.run(ThirdPartyRequestCommand.self, "-", input: token).result
            try fixture.folder.write(request, to: "request")
            try fixture.folder.write("member(\"acme\");", to: "block")
            let arguments = ["--key", path, "--block-file", fixture.folder.path("block")]
            let fromFile = try fixture.run(
                ThirdPartySignCommand.self, arguments: [fixture.folder.path("request")] + arguments)
            let fromInput = try fixture.run(ThirdPartySignCommand.self, arguments: ["-"] + arguments, input: request)
            #expect(fromFile.result == fromInput.result)
            let appended = try fixture.run(ThirdPartyAppendCommand.self, token, "-", input: fromFile.result)
            #expect(try Token.parse(text: appended.line).blockCount == 2)
        }
    }

    @Test func aBlockIsGoodForOneTokenOnly() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"))
            let (path, key) = try thirdParty(fixture)
            let request = try fixture.run(ThirdPartyRequestCommand.self, token).line
            let signed = try fixture.run(ThirdPartySignCommand.self, request, "--key", path, "--block", "a(1);").line
            let narrowed = try fixture.run(TokenAttenuateCommand.self, token, "--ttl", "1h").line
            let late = try fixture.run(ThirdPartyAppendCommand.self, narrowed, signed)
            #expect(late.exit == .data)
            #expect(
                late.error
                    == "the block was signed for another token, or for this one before a block was added; "
                    + "request it again")
            let other = try thirdParty(fixture, seed: 8).key
            let unexpected = try fixture.run(
                ThirdPartyAppendCommand.self, token, signed, "--signed-by", other.description)
            #expect(
                unexpected.error
                    == "the block cannot be added: the block was signed by \(key), expected \(other); ask for another")
        }
    }

    @Test func whatIsWrongIsSaid() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"))
            let (path, _) = try thirdParty(fixture)
            let request = try fixture.run(ThirdPartyRequestCommand.self, token).line
            let sealed = try fixture.run(TokenSealCommand.self, token).line
            #expect(
                try fixture.run(ThirdPartyRequestCommand.self, sealed).error
                    == "no block can be added: the token is sealed; use one that is not")
            let broken = try fixture.run(
                ThirdPartySignCommand.self, request, "--key", path, "--block", "allow if true;")
            #expect(broken.exit == .data)
            #expect(
                broken.error
                    == "--block \"allow if true;\": line 1, column 1: policies stand in an authorizer, not in a block; "
                    + "correct the block")
            let none = fixture.folder.path("none")
            let missing = try fixture.run(ThirdPartySignCommand.self, request, "--key", none, "--block", "a(1)")
            #expect(missing.exit == .noInput)
            #expect(missing.error == "there is no file \(none); check --key")
            try fixture.folder.write("secret", to: "text")
            let text = fixture.folder.path("text")
            let unusable = try fixture.run(ThirdPartySignCommand.self, request, "--key", text, "--block", "a(1)")
            #expect(
                unusable.error
                    == "\(text) holds no private key; "
                    + "give a file with ed25519-private/<hex> or secp256r1-private/<hex>")
            try fixture.folder.write("secret", to: "open", mode: 0o644)
            let open = fixture.folder.path("open")
            let exposed = try fixture.run(ThirdPartySignCommand.self, request, "--key", open, "--block", "a(1)")
            #expect(exposed.exit == .noPermission)
            let garbage = try fixture.run(ThirdPartySignCommand.self, "nothing", "--key", path, "--block", "a(1)")
            #expect(
                garbage.error
                    == "there is no file \"nothing\", and it is no third-party request; "
                    + "give a file, the third-party request itself or - for standard input")
            #expect(throws: (any Error).self) { try ThirdPartySignCommand.parse([request, "--key", path]) }
            #expect(throws: (any Error).self) { try ThirdPartyAppendCommand.parse(["-", "-"]) }
        }
    }
}

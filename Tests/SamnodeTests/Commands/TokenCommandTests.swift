import ArgumentParser
import Biscuit
import Foundation
import Overlay
import Testing

@testable import samnode

@Suite struct TokenCommandTests {
    private let later = CommandFixture.now + .hours(25)

    @Test func verifyAcceptsWhatTheAuthorityIssued() throws {
        try CommandFixture.with { fixture in
            let peer = try fixture.peer("node")
            let token = try fixture.issue(
                to: peer, "--user", "alice", "--group", "research", "--service", "inference:openrouter")
            let directory = ["--data-dir", try fixture.authority()]
            let plain = try fixture.run(TokenVerifyCommand.self, arguments: [token] + directory)
            #expect(plain.exit == .success)
            #expect(plain.result.hasPrefix("valid\n"))
            let report = try fixture.run(
                TokenVerifyCommand.self,
                arguments: [token, "--json", "--peer", peer, "--service", "inference:openrouter"] + directory
            ).json()
            #expect(report["valid"] as? Bool == true)
            #expect(report["peer"] as? String == peer)
            #expect(report["user"] as? String == "alice")
            #expect(report["groups"] as? [String] == ["research"])
            #expect(report["service"] as? String == "inference:openrouter")
            #expect((report["allowed_by"] as? String)?.contains("granted_service_set") == true)
        }
    }

    @Test func verifyRefusesWithAReasonAndCode() throws {
        try CommandFixture.with { fixture in
            let peer = try fixture.peer("node")
            let other = try fixture.peer("other")
            let token = try fixture.issue(to: peer, "--service", "inference:openrouter")
            let directory = ["--data-dir", try fixture.authority()]
            let foreign = ["--data-dir", try fixture.authority("foreign")]
            let cases: [(arguments: [String], now: WallTime, code: String)] = [
                (directory, later, "token_expired"),
                (foreign, CommandFixture.now, "token_foreign"),
                (directory + ["--peer", other], CommandFixture.now, "token_not_bound"),
                (directory + ["--service", "mcp:x"], CommandFixture.now, "service_not_granted"),
            ]
            for (arguments, now, code) in cases {
                let outcome = try fixture.run(
                    TokenVerifyCommand.self, arguments: [token, "--json"] + arguments, at: now)
                #expect(outcome.exit == .refused, "\(code)")
                let report = try outcome.json()
                #expect(report["valid"] as? Bool == false)
                #expect(report["code"] as? String == code)
                #expect(report["message"] as? String == outcome.error)
            }
        }
    }

    @Test func verifyAsksTheLocalPolicy() throws {
        try CommandFixture.with { fixture in
            let peer = try fixture.peer("node")
            let token = try fixture.issue(to: peer, "--group", "sales", "--service", "*")
            try fixture.folder.write("attenuation: {checks: ['check if group(\"research\")']}", to: "c.yaml")
            try fixture.folder.write("attenuation: {checks: ['check']}", to: "broken.yaml")
            let common = [token, "--data-dir", try fixture.authority(), "--service", "inference:a", "--config"]
            let refused = try fixture.run(TokenVerifyCommand.self, arguments: common + [fixture.folder.path("c.yaml")])
            #expect(refused.exit == .refused)
            #expect(refused.result.hasPrefix("genuine, but refused\n"))
            #expect(refused.error?.contains("check if group(\"research\")") == true)
            let broken = try fixture.run(
                TokenVerifyCommand.self, arguments: common + [fixture.folder.path("broken.yaml")])
            #expect(broken.exit == .configuration)
            let missing = try fixture.run(
                TokenVerifyCommand.self, arguments: common + [fixture.folder.path("none.yaml")])
            #expect(missing.exit == .noInput)
        }
    }

    @Test func verifyNeedsToKnowTheHostForTargets() throws {
        try CommandFixture.with { fixture in
            let peer = try fixture.peer("node")
            let host = try fixture.peer("host")
            let token = try fixture.issue(to: peer, "--service", "*", "--target", host)
            let common = [token, "--data-dir", try fixture.authority(), "--service", "inference:a"]
            let unknown = try fixture.run(TokenVerifyCommand.self, arguments: common)
            #expect(unknown.error?.hasSuffix("say which one is asked with --host") == true)
            #expect(try fixture.run(TokenVerifyCommand.self, arguments: common + ["--host", host]).exit == .success)
            #expect(try fixture.run(TokenVerifyCommand.self, arguments: common + ["--host", peer]).exit == .refused)
        }
    }

    @Test func rootKeysComeFromOptionsToo() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"))
            let path = try fixture.authority() + "/mesh-root.pub"
            let key = try fixture.folder.read("authority/mesh-root.pub").trimmingCharacters(in: .newlines)
            let foreign = "ed25519/" + String(repeating: "0", count: 64)
            for options in [
                ["--root-key", key], ["--root-key-path", path], ["--root-key", foreign, "--root-key", key],
            ] {
                #expect(try fixture.run(TokenVerifyCommand.self, arguments: [token] + options).exit == .success)
            }
            let none = fixture.folder.path("none")
            #expect(try fixture.run(TokenVerifyCommand.self, token, "--root-key-path", none).exit == .noInput)
            #expect(try fixture.run(TokenVerifyCommand.self, token, "--data-dir", none).exit == .noInput)
            #expect(!fixture.folder.files.contains("none"), "verifying makes no directory")
        }
    }

    @Test func tokensAreReadFromEverywhere() throws {
        try CommandFixture.with { fixture in
            let text = try fixture.issue(to: fixture.peer("node"))
            let bytes = try Token.parse(text: text).bytes
            try fixture.folder.write(text + "\r\n", to: "text")
            try Data(bytes).write(to: URL(filePath: fixture.folder.path("bytes")))
            let standard = Data(bytes).base64EncodedString()
            let expected = try fixture.run(TokenInspectCommand.self, text).result
            #expect(expected.contains("client_peer_id"))
            for argument in [fixture.folder.path("text"), fixture.folder.path("bytes"), standard] {
                #expect(try fixture.run(TokenInspectCommand.self, argument).result == expected)
            }
            #expect(try fixture.run(TokenInspectCommand.self, "-", input: text + "\n").result == expected)
        }
    }

    @Test(arguments: ["", "nothing", String(repeating: "A", count: 400), "/nonexistent/token", "/tmp"])
    func whatIsNoTokenIsSaidSo(_ argument: String) throws {
        try CommandFixture.with { fixture in
            let outcome = try fixture.run(TokenInspectCommand.self, argument)
            #expect(outcome.exit == .noInput || outcome.exit == .data)
            #expect(outcome.error?.contains("give") == true || outcome.error?.contains("make it readable") == true)
        }
    }

    @Test func inspectShowsBlocksAndTheEnd() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"), "--user", "alice", "--service", "*")
            let narrowed = try fixture.run(TokenAttenuateCommand.self, token, "--check", "check if user(\"alice\");")
                .line
            let shown = try fixture.run(TokenInspectCommand.self, narrowed)
            #expect(shown.result.contains("block 0, signed by the authority\n"))
            #expect(shown.result.contains("    granted_service_all_types();\n"))
            #expect(shown.result.contains("block 1, added later\n"))
            #expect(shown.result.contains("    check if user(\"alice\");\n"))
            #expect(shown.result.contains("2027-01-16T08:00:00Z (in 1 day)"))
            let json = try fixture.run(TokenInspectCommand.self, narrowed, "--json").json()
            let blocks = try #require(json["blocks"] as? [[String: Any]])
            let ids = try Token.parse(text: narrowed).revocationIDs.map { Hexadecimal.encode($0) }
            #expect(blocks.compactMap { $0["revocation_id"] as? String } == ids)
            #expect(json["expires"] as? String == "2027-01-16T08:00:00Z")
            #expect(json["sealed"] as? Bool == false)
            let late = try fixture.run(TokenInspectCommand.self, narrowed, at: later)
            #expect(late.result.contains("(1 h ago)"))
        }
    }

    @Test func attenuateNarrows() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"), "--service", "*")
            try fixture.folder.write("check if service($t, $n), $n != \"b\";", to: "block")
            let narrowed = try fixture.run(
                TokenAttenuateCommand.self, token, "--service", "inference:*", "--ttl", "1h", "--block-file",
                fixture.folder.path("block")
            ).line
            let directory = ["--data-dir", try fixture.authority()]
            let half = CommandFixture.now + .minutes(30)
            let cases: [(service: String, now: WallTime, code: String?)] = [
                ("inference:a", half, nil), ("inference:b", half, "token_check_failed"),
                ("mcp:a", half, "token_check_failed"), ("inference:a", half + .hours(1), "token_check_failed"),
            ]
            for (service, now, code) in cases {
                let outcome = try fixture.run(
                    TokenVerifyCommand.self, arguments: [narrowed, "--json", "--service", service] + directory, at: now)
                #expect(try outcome.json()["code"] as? String == code, "\(service)")
            }
        }
    }

    @Test func attenuateSaysWhatIsWrong() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"))
            #expect(throws: (any Error).self) { try TokenAttenuateCommand.parse([token]) }
            let check = try fixture.run(TokenAttenuateCommand.self, token, "--check", "allow if true")
            #expect(check.exit == .data)
            #expect(check.error?.contains("found policy, expected one check") == true)
            try fixture.folder.write("user(\"a\");\nuser(", to: "block")
            let path = fixture.folder.path("block")
            let block = try fixture.run(TokenAttenuateCommand.self, token, "--block-file", path)
            #expect(block.exit == .data)
            #expect(block.error?.hasPrefix("\(path):2:6: ") == true)
            let sealed = try Token.parse(text: token).seal().text
            let outcome = try fixture.run(TokenAttenuateCommand.self, sealed, "--ttl", "1h")
            #expect(outcome.exit == .data)
            #expect(outcome.error?.contains("the token is sealed") == true)
        }
    }
}

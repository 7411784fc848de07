import ArgumentParser
import Biscuit
import Foundation
import Testing

@testable import samnode

/// `samnode token verify` with `--explain`, `--authorizer` and `--fact`.
@Suite struct TokenExplanationTests {
    private func verify(
        _ fixture: CommandFixture, _ token: String, _ arguments: String...
    ) throws -> CommandFixture.Outcome {
        let directory = ["--data-dir", try fixture.authority()]
        return try fixture.run(TokenVerifyCommand.self, arguments: [token] + directory + arguments)
    }

    @Test func explainsWhyANodeAllows() throws {
        try CommandFixture.with { fixture in
            let peer = try fixture.peer("node")
            let token = try fixture.issue(to: peer, "--user", "alice", "--service", "inference:*")
            let outcome = try verify(fixture, token, "--service", "inference:a", "--explain")
            #expect(outcome.exit == .success)
            let policy = "allow if service($type, $name), granted_service_all($type)"
            #expect(outcome.result.contains("\n\npolicy matched: \(policy)\nfacts of the authorizer\n"))
            #expect(outcome.result.contains("    service(\"inference\", \"a\")\n"))
            #expect(outcome.result.contains("facts of block 0\n"))
            #expect(outcome.result.contains("    user(\"alice\")\n"))
        }
    }

    @Test func explainsWhyANodeRefuses() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"), "--service", "*")
            let narrowed = try fixture.run(
                TokenAttenuateCommand.self, token, "--check", "check if service(\"mcp\", $n)"
            ).line
            let outcome = try verify(fixture, narrowed, "--service", "inference:a", "--explain")
            #expect(outcome.exit == .refused)
            #expect(outcome.result.contains("\ncheck 0 of block 1 failed: check if service(\"mcp\", $n)\n"))
            let report = try verify(fixture, narrowed, "--service", "inference:a", "--explain", "--json").json()
            let explanation = try #require(report["explanation"] as? [String: Any])
            let decision = try #require(explanation["decision"] as? [String])
            #expect(decision.count == 2)
            #expect(decision.first?.hasPrefix("policy 5 matched: allow if service($type, $name), ") == true)
            #expect(decision.last == "check 0 of block 1 failed: check if service(\"mcp\", $n)")
            let facts = try #require(explanation["facts"] as? [[String: Any]])
            #expect(facts.compactMap { $0["origins"] as? [String] } == [["the authorizer"], ["block 0"]])
        }
    }

    @Test func explainsATokenThatOpensNoLink() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"), "--service", "*")
            let check = "check if group(\"research\")"
            let narrowed = try fixture.run(TokenAttenuateCommand.self, token, "--check", check).line
            let outcome = try verify(fixture, narrowed, "--service", "inference:a", "--explain")
            #expect(outcome.exit == .refused)
            #expect(outcome.result.hasPrefix("\na check in the token fails: \(check)\nfacts of the authorizer\n"))
            #expect(outcome.error == "a check in the token fails: \(check)")
        }
    }

    @Test func anAuthorizerDecidesAlone() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"), "--user", "alice", "--group", "staff")
            try fixture.folder.write(
                """
                may($u, "read") <- user($u), group("staff");
                check if time($t), $t > 2026-01-01T00:00:00Z;
                allow if may($u, $operation), operation($operation);
                """, to: "policy")
            let path = fixture.folder.path("policy")
            let refused = try verify(fixture, token, "--authorizer", path)
            #expect(refused.exit == .refused)
            #expect(
                refused.error == "no policy of \(path) matches; add one, or see with --explain what is known")
            let allowed = try verify(
                fixture, token, "--authorizer", path, "--fact", "operation(\"read\")", "--explain")
            #expect(allowed.exit == .success)
            #expect(allowed.result.contains("facts of the authorizer and block 0\n    may(\"alice\", \"read\")\n"))
            #expect(allowed.result.contains("    time(2027-01-15T08:00:00Z)\n"))
            #expect(allowed.result.hasSuffix("rules were applied in 1 round\n"))
            let early = try verify(
                fixture, token, "--authorizer", path, "--fact", "operation(\"read\")", "--fact",
                "time(2025-01-01T00:00:00Z)", "--json")
            #expect(
                try early.json()["message"] as? String
                    == "check 0 of the authorizer fails: check if time($t), $t > 2026-01-01T00:00:00Z; "
                    + "state with --fact what it asks for, or see with --explain what is known")
        }
    }

    @Test func aPolicyThatDeniesIsNamed() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"), "--user", "mallory")
            try fixture.folder.write("deny if user(\"mallory\");\nallow if true;", to: "policy")
            let path = fixture.folder.path("policy")
            let outcome = try verify(fixture, token, "--authorizer", path, "--json")
            #expect(outcome.exit == .refused)
            #expect(try outcome.json()["code"] as? String == "denied_by_policy")
            #expect(
                outcome.error == "policy 0 of \(path) denies: deny if user(\"mallory\"); change what it matches")
        }
    }

    @Test func aForeignTokenIsRefusedBeforeAnyDatalog() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"))
            try fixture.folder.write("allow if true;", to: "policy")
            let other = try fixture.authority("other")
            let outcome = try fixture.run(
                TokenVerifyCommand.self, token, "--data-dir", other, "--authorizer", fixture.folder.path("policy"),
                "--explain", "--json")
            #expect(try outcome.json()["code"] as? String == "token_foreign")
            #expect(try outcome.json()["explanation"] == nil)
        }
    }

    @Test func whatIsWrongWithAnAuthorizerIsSaidWithItsPlace() throws {
        try CommandFixture.with { fixture in
            let token = try fixture.issue(to: fixture.peer("node"))
            try fixture.folder.write("user(\"a\");\nallow when true;", to: "policy")
            let path = fixture.folder.path("policy")
            let outcome = try verify(fixture, token, "--authorizer", path)
            #expect(outcome.exit == .data)
            #expect(outcome.error?.hasPrefix("\(path):2:7: ") == true)
            #expect(outcome.error?.hasSuffix("; correct the authorizer") == true)
            try fixture.folder.write("allow if \"a\" + 1 == 2;", to: "policy")
            let unevaluable = try verify(fixture, token, "--authorizer", path)
            #expect(unevaluable.exit == .refused)
            #expect(unevaluable.error == "the authorizer cannot be carried out: invalid type")
        }
    }

    @Test(arguments: [
        ["--explain"], ["--fact", "a(1)"], ["--authorizer", "f", "--service", "mcp:x"],
        ["--authorizer", "f", "--fact", "a("], ["--authorizer", "f", "--fact", "a($x)"],
    ])
    func optionsThatDoNotFitAreUsageErrors(_ options: [String]) {
        do {
            _ = try TokenVerifyCommand.parse(["token"] + options)
            Issue.record("taken: \(options)")
        } catch {
            #expect(TokenVerifyCommand.exitCode(for: error).rawValue == ConsoleExit.usage.rawValue)
        }
    }
}

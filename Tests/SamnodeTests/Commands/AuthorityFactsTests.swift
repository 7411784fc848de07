import Biscuit
import Testing

@testable import samnode

/// `samnode authority issue --facts`.
@Suite struct AuthorityFactsTests {
    private func issue(_ fixture: CommandFixture, _ file: String) throws -> CommandFixture.Outcome {
        try fixture.folder.write(file, to: "facts")
        return try fixture.run(
            AuthorityIssueCommand.self, "--data-dir", fixture.authority(), "--peer", fixture.peer("node"), "--user",
            "alice", "--facts", fixture.folder.path("facts"))
    }

    @Test func factsRulesAndChecksBecomePartOfTheToken() throws {
        try CommandFixture.with { fixture in
            let outcome = try issue(
                fixture,
                """
                // One fact that --user states too.
                user("alice");
                department("research", 7);
                right($u, "read") <- user($u);
                check if time($t), $t < 2030-01-01T00:00:00Z;
                """)
            #expect(outcome.exit == .success)
            #expect(outcome.notes.contains("facts from  \(fixture.folder.path("facts"))\n"))
            let block = try Token.parse(text: outcome.line).block(0)
            #expect(block.facts.filter { $0.name == "user" }.count == 1)
            #expect(block.facts.contains(Fact("department", "research", 7)))
            #expect(block.rules.map(\.description) == ["right($u, \"read\") <- user($u)"])
            #expect(block.checks.map(\.description) == ["check if time($t), $t < 2030-01-01T00:00:00Z"])
        }
    }

    @Test func whatIsWrongIsSaidWithItsPlace() throws {
        try CommandFixture.with { fixture in
            let path = fixture.folder.path("facts")
            let policy = try issue(fixture, "a(1);\n  allow if true;")
            #expect(policy.exit == .data)
            #expect(
                policy.error == "\(path):2:3: policies stand in an authorizer, not in a block; correct the file")
            let variable = try issue(fixture, "a($x);")
            #expect(variable.error?.hasPrefix("\(path):1:") == true)
            let missing = try fixture.run(
                AuthorityIssueCommand.self, "--data-dir", fixture.authority(), "--peer", fixture.peer("node"),
                "--facts", fixture.folder.path("none"))
            #expect(missing.exit == .noInput)
        }
    }

    @Test(arguments: [
        ("expiration(2099-01-01T00:00:00Z);", "expiration", "--ttl"), ("node(\"x\");", "node", "--peer"),
        ("client_peer_id($u) <- user($u);", "client_peer_id", "--peer"),
    ])
    func aFileCannotWidenWhatOptionsDecide(_ source: String, _ name: String, _ option: String) throws {
        try CommandFixture.with { fixture in
            let outcome = try issue(fixture, source)
            #expect(outcome.exit == .data)
            let path = fixture.folder.path("facts")
            #expect(outcome.error == "\(path): \(name)(…) is what \(option) states; remove it from the file")
        }
    }
}

import ArgumentParser
import Biscuit
import Testing

@testable import samnode

@Suite struct AuthorityCommandTests {
    @Test func idPrintsThePeerIDAndKeepsIt() throws {
        try CommandFixture.with { fixture in
            let peer = try fixture.peer("node")
            #expect(peer.hasPrefix("12D3KooW"))
            #expect(try fixture.peer("node") == peer)
            let json = try fixture.run(IdentityCommand.self, "--json", "--data-dir", fixture.folder.path("node")).json()
            #expect(json["peer_id"] as? String == peer)
            #expect(json["data_dir"] as? String == fixture.folder.path("node"))
        }
    }

    @Test func idSaysWhatIsWrongWithTheDirectory() throws {
        try CommandFixture.with { fixture in
            try fixture.folder.write("", to: "file")
            let outcome = try fixture.run(IdentityCommand.self, "--data-dir", fixture.folder.path("file"))
            #expect(outcome.exit == .noInput)
            #expect(
                outcome.error == "\(fixture.folder.path("file")) is not a directory; name another one with --data-dir")
        }
    }

    @Test func initMakesAMeshOnce() throws {
        try CommandFixture.with { fixture in
            let path = fixture.folder.path("authority")
            let first = try fixture.run(AuthorityInitCommand.self, "--data-dir", path)
            #expect(first.exit == .success)
            #expect(try fixture.folder.read("authority/mesh-root.pub") == first.result)
            #expect(try PublicKey(first.line).algorithm == .ed25519)
            let secret = try fixture.folder.read("authority/mesh-root.key")
            #expect(!(first.result + first.notes).contains(secret.dropFirst("ed25519-private/".count).prefix(64)))
            let second = try fixture.run(AuthorityInitCommand.self, "--data-dir", path)
            #expect(second.exit == .cannotCreate)
            #expect(second.error?.contains("mesh-root.key exists already and is not overwritten") == true)
            #expect(try fixture.folder.read("authority/mesh-root.key") == secret)
        }
    }

    @Test func showTellsTheMesh() throws {
        try CommandFixture.with { fixture in
            let path = try fixture.authority()
            let shown = try fixture.run(AuthorityShowCommand.self, "--data-dir", path)
            #expect(shown.result.contains("can be issued here"))
            let key = try fixture.folder.read("authority/mesh-root.pub")
            #expect(shown.result.hasPrefix(key))
            _ = try fixture.peer("node")
            let none = try fixture.run(AuthorityShowCommand.self, "--data-dir", fixture.folder.path("node"))
            #expect(none.exit == .noInput)
            #expect(none.error?.contains("samnode authority init") == true)
            try fixture.folder.write(key, to: "node/mesh-root.pub", mode: 0o644)
            let member = try fixture.run(AuthorityShowCommand.self, "--data-dir", fixture.folder.path("node"))
            #expect(member.result.contains("are issued elsewhere"))
        }
    }

    @Test func issueNeedsARootKey() throws {
        try CommandFixture.with { fixture in
            let peer = try fixture.peer("node")
            let outcome = try fixture.run(
                AuthorityIssueCommand.self, "--data-dir", fixture.folder.path("node"), "--peer", peer)
            #expect(outcome.exit == .noInput)
            #expect(outcome.error?.hasSuffix("does not exist; make a mesh with: samnode authority init") == true)
        }
    }

    @Test func issuePutsEveryOptionIntoTheToken() throws {
        try CommandFixture.with { fixture in
            let peer = try fixture.peer("node")
            let text = try fixture.issue(
                to: peer, "--user", "alice", "--email", "a@b.c", "--group", "research", "--group", "staff", "--role",
                "sam:role:node", "--service", "inference:openrouter", "--service", "mcp:tools.*", "--target",
                "group:backend", "--label", "region=eu", "--ttl", "1h30m")
            let source = try Token.parse(text: text).blockSource(0)
            for fact in [
                "expiration(2027-01-15T09:30:00Z)", "node(\"\(peer)\")", "client_peer_id(\"\(peer)\")",
                "label(\"region\", \"eu\")", "email(\"a@b.c\")", "group(\"research\")", "group(\"staff\")",
                "role(\"sam:role:node\")", "user(\"alice\")", "granted_service_prefix(\"mcp\", \"tools.\")",
                "granted_service_set(\"inference\", {\"openrouter\"})", "granted_target_set(\"group\", {\"backend\"})",
            ] { #expect(source.contains(fact + ";\n"), "\(fact)") }
        }
    }

    @Test func issueWritesAFileThatOnlyItsOwnerReads() throws {
        try CommandFixture.with { fixture in
            let peer = try fixture.peer("node")
            let path = fixture.folder.path("token")
            let command = ["--data-dir", try fixture.authority(), "--peer", peer, "--out", path]
            for _ in 1...2 {
                let outcome = try fixture.run(AuthorityIssueCommand.self, arguments: command)
                #expect(outcome.result.isEmpty)
                #expect(outcome.notes.contains("wrote \(path)"))
                #expect(try fixture.folder.mode("token") == 0o600)
                _ = try Token.parse(text: fixture.folder.read("token").trimmingCharacters(in: .newlines))
            }
        }
    }

    @Test func theSummaryIsForPeople() throws {
        try CommandFixture.with { fixture in
            let peer = try fixture.peer("node")
            let outcome = try fixture.run(
                AuthorityIssueCommand.self, "--data-dir", fixture.authority(), "--peer", peer, "--user", "alice")
            #expect(
                outcome.notes.hasPrefix("issued a token for \(peer)\n  expires     2027-01-16T08:00:00Z (in 1 day)\n"))
            #expect(outcome.notes.contains("  grants      no service (its node can offer, not call; see --service)\n"))
            #expect(outcome.notes.contains("  hosts       every one\n"))
            #expect(outcome.result.split(separator: "\n").count == 1)
        }
    }

    @Test(arguments: [
        ["--peer", "nobody"], ["--ttl", "soon"], ["--ttl", "0h"], ["--ttl", "4000d"], ["--label", "a"],
        ["--service", "openrouter"], ["--target", "nowhere"], ["--user", ""], ["--group", "a\nb"],
    ])
    func wrongOptionsAreUsageErrors(_ options: [String]) {
        let valid = ["--peer", "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"]
        let arguments = options[0] == "--peer" ? options : valid + options
        do {
            _ = try AuthorityIssueCommand.parse(arguments)
            Issue.record("taken: \(options)")
        } catch {
            #expect(AuthorityIssueCommand.exitCode(for: error).rawValue == ConsoleExit.usage.rawValue)
            #expect(AuthorityIssueCommand.message(for: error).contains("expected"))
        }
    }

    @Test func aLabelTwiceIsRefused() throws {
        try CommandFixture.with { fixture in
            let outcome = try fixture.run(
                AuthorityIssueCommand.self, "--data-dir", fixture.authority(), "--peer", fixture.peer("node"),
                "--label", "a=1", "--label", "a=2")
            #expect(outcome.exit == .usage)
        }
    }
}

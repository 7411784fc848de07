import Foundation
import Testing

@testable import samnode

/// What an invitation leaves in a data directory.
struct JoinCommandTests {
    private static let peer = "12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8"
    private static let address = "/ip4/192.0.2.1/tcp/5002/p2p/\(peer)"

    /// The text that a node of the fixture's mesh gives out.
    private func invitation(
        _ fixture: CommandFixture, authority: String = "authority", _ addresses: String...
    ) throws -> String {
        let directory = try fixture.authority(authority)
        let shown = try fixture.run(AuthorityShowCommand.self, "--data-dir", directory, "--json").result
        let roots = try #require(try JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [[String: Any]])
        let root = try #require(roots.first?["root_key"] as? String)
        let mesh = try #require(roots.first?["mesh_id"] as? String)
        let nodes = addresses.map { "&node=\($0)" }.joined()
        return "sam://join?v=1&mesh=\(mesh)&root=\(root)\(nodes)"
    }

    @Test func aNewDirectoryGetsAllThatIsInIt() throws {
        try CommandFixture.with { fixture in
            let text = try invitation(fixture, Self.address)
            let outcome = try fixture.run(JoinCommand.self, " \(text)\n", "--data-dir", fixture.folder.path("n"))
            #expect(outcome.exit == .success)
            #expect(try outcome.line == fixture.peer("n"))
            #expect(try fixture.folder.read("n/mesh-root.pub") == fixture.folder.read("authority/mesh-root.pub"))
            #expect(try fixture.folder.mode("n/mesh-root.pub") == 0o644)
            #expect(try fixture.folder.read("n/bootstraps") == Self.address + "\n")
            #expect(outcome.notes.contains("samnode authority issue --peer \(outcome.line)"))
            #expect(outcome.notes.contains("samnode run --data-dir \(fixture.folder.path("n"))"))
        }
    }

    @Test func aSecondTimeChangesNothing() throws {
        try CommandFixture.with { fixture in
            let text = try invitation(fixture, Self.address)
            let arguments = [text, "--data-dir", fixture.folder.path("n")]
            let first = try fixture.run(JoinCommand.self, arguments: arguments)
            let second = try fixture.run(JoinCommand.self, arguments: arguments)
            #expect(second.exit == .success && second.line == first.line)
            #expect(second.notes.contains("already"))
            #expect(try fixture.folder.read("n/bootstraps") == Self.address + "\n")
        }
    }

    @Test func addressesAreAddedBehindWhatIsThere() throws {
        try CommandFixture.with { fixture in
            let directory = fixture.folder.path("n")
            _ = try fixture.peer("n")
            try fixture.folder.write("# ours\n/dns4/a.example/tcp/1", to: "n/bootstraps")
            let text = try invitation(fixture, Self.address)
            let outcome = try fixture.run(JoinCommand.self, text, "--data-dir", directory, "--json")
            #expect(
                try fixture.folder.read("n/bootstraps") == "# ours\n/dns4/a.example/tcp/1\n\(Self.address)\n")
            let fields = try outcome.json()
            #expect(fields["bootstraps"] as? [String] == ["/dns4/a.example/tcp/1", Self.address])
            #expect(fields["has_token"] as? Bool == false)
            #expect(try fields["peer_id"] as? String == fixture.peer("n"))
        }
    }

    @Test func anotherMeshIsLeftAsItIs() throws {
        try CommandFixture.with { fixture in
            let directory = fixture.folder.path("n")
            let own = try invitation(fixture, Self.address)
            _ = try fixture.run(JoinCommand.self, own, "--data-dir", directory)
            let before = try fixture.folder.read("n/mesh-root.pub")
            let other = try invitation(fixture, authority: "other", "/ip4/192.0.2.9/tcp/1/p2p/\(Self.peer)")
            let outcome = try fixture.run(JoinCommand.self, other, "--data-dir", directory)
            #expect(outcome.exit == .cannotCreate)
            #expect(outcome.error?.contains("nothing was changed") == true)
            #expect(outcome.error?.contains("--data-dir") == true)
            #expect(try fixture.folder.read("n/mesh-root.pub") == before)
            #expect(try fixture.folder.read("n/bootstraps") == Self.address + "\n")
        }
    }

    @Test func aFurtherRootKeyIsNotTrustedSilently() throws {
        try CommandFixture.with { fixture in
            let directory = fixture.folder.path("n")
            let text = try invitation(fixture, Self.address)
            _ = try fixture.run(JoinCommand.self, text, "--data-dir", directory)
            let before = try fixture.folder.read("n/mesh-root.pub")
            let root = "ed25519/" + String(repeating: "07", count: 32)
            let outcome = try fixture.run(JoinCommand.self, text + "&root=\(root)", "--data-dir", directory)
            #expect(outcome.exit == .success)
            #expect(outcome.notes.contains("not added") && outcome.notes.contains(root))
            #expect(try fixture.folder.read("n/mesh-root.pub") == before)
        }
    }

    @Test func aTokenThatIsThereIsJudged() throws {
        try CommandFixture.with { fixture in
            let directory = fixture.folder.path("n")
            let text = try invitation(fixture, Self.address)
            let peer = try fixture.peer("n")
            try fixture.folder.write(try fixture.issue(to: peer), to: "n/token")
            let good = try fixture.run(JoinCommand.self, text, "--data-dir", directory)
            #expect(good.notes.contains("is good until"))
            #expect(good.notes.contains("next: samnode run"))
            try fixture.folder.write(try fixture.issue(to: Self.peer), to: "n/token")
            let bound = try fixture.run(JoinCommand.self, text, "--data-dir", directory)
            #expect(bound.notes.contains("belongs to another peer"))
            try fixture.folder.write("nonsense", to: "n/token")
            let broken = try fixture.run(JoinCommand.self, text, "--data-dir", directory)
            #expect(broken.notes.contains("cannot be used") && broken.notes.contains("authority issue"))
        }
    }

    @Test func standardInputIsRead() throws {
        try CommandFixture.with { fixture in
            let text = try invitation(fixture, Self.address)
            let outcome = try fixture.run(
                JoinCommand.self, "-", "--data-dir", fixture.folder.path("n"), input: text + "\n")
            #expect(outcome.exit == .success)
        }
    }

    @Test func withoutAddressesItSaysSo() throws {
        try CommandFixture.with { fixture in
            let outcome = try fixture.run(
                JoinCommand.self, try invitation(fixture), "--data-dir", fixture.folder.path("n"))
            #expect(outcome.exit == .success)
            #expect(outcome.notes.contains("names no address"))
            #expect(!FileManager.default.fileExists(atPath: fixture.folder.path("n/bootstraps")))
        }
    }

    @Test(arguments: ["", "hello", "sam://join?v=1", "sam://join?v=1&mesh=00&root=ed25519/00"])
    func whatIsNoInvitationChangesNothing(text: String) throws {
        try CommandFixture.with { fixture in
            let outcome = try fixture.run(JoinCommand.self, text, "--data-dir", fixture.folder.path("n"))
            #expect(outcome.exit == .data)
            #expect(outcome.error?.contains("expected") == true)
            #expect(fixture.folder.files.isEmpty)
        }
    }
}

import ArgumentParser
import Biscuit
import Gossip
import Overlay
import Testing

@testable import samnode

@Suite struct AuthorityRevokeCommandTests {
    /// The statements of a command's result or of a list.
    private func statements(_ text: String) throws -> [Revocation] {
        let read = RevocationText(text.utf8)
        #expect(read.damaged.isEmpty)
        return try read.statements.map { try Revocation(decoding: $0) }
    }

    private func mesh(_ fixture: CommandFixture) throws -> RevocationList {
        let root = try #require(
            try PublicKey(fixture.folder.read("authority/mesh-root.pub").filter { $0 != "\n" }).meshKey)
        return RevocationList(mesh: MeshID(rootKey: root), roots: [root], skew: .zero)
    }

    @Test func tokensAndPeersGetNumbersInOrder() throws {
        try CommandFixture.with { fixture in
            let path = try fixture.authority()
            let peer = try fixture.peer("node")
            let token = try fixture.issue(to: peer, "--ttl", "2h")
            let id = try #require(try Token.parse(text: token).revocationIDs.first)
            let first = try fixture.run(
                AuthorityRevokeCommand.self, "--data-dir", path, "--token", token, "--peer", peer)
            #expect(first.exit == .success)
            let second = try fixture.run(
                AuthorityRevokeCommand.self, "--data-dir", path, "--token-id", String(repeating: "0a", count: 64),
                "--ttl",
                "3h")
            let made = try statements(first.result + second.result)
            #expect(made.map(\.number) == [1, 2, 3])
            let revoked = try PeerID(text: peer)
            #expect(made[0].subject == .block(id) && made[1].subject == .peer(revoked))
            #expect(
                made.map(\.contents.end.seconds)
                    == [7_200, 3_650 * 86_400, 10_800].map { CommandFixture.now.seconds + $0 })
            #expect(made.allSatisfy { $0.contents.floor == 1 && $0.contents.issuedAt == CommandFixture.now })
            #expect(try statements(fixture.folder.read("authority/mesh-revocations")) == made)
            var list = try mesh(fixture)
            let all = list.accept(made.map(\.bytes), at: CommandFixture.now)
            #expect(all == made.map { .new($0, hasTwin: false) })
        }
    }

    @Test func whatWasRevokedBeforeIsPrintedAgain() throws {
        try CommandFixture.with { fixture in
            let (path, peer) = (try fixture.authority(), try fixture.peer("node"))
            let first = try fixture.run(AuthorityRevokeCommand.self, "--data-dir", path, "--peer", peer)
            let again = try fixture.run(AuthorityRevokeCommand.self, "--data-dir", path, "--peer", peer)
            #expect(again.result == first.result)
            #expect(again.notes.contains("was revoked before"))
        }
    }

    @Test func theFloorRisesWhenTheFirstHaveEnded() throws {
        try CommandFixture.with { fixture in
            let path = try fixture.authority()
            for digit in ["1", "2"] {
                _ = try fixture.run(
                    AuthorityRevokeCommand.self, "--data-dir", path, "--token-id", String(repeating: digit, count: 128),
                    "--ttl", "1h")
            }
            let later = CommandFixture.now + .hours(24)
            let early = try fixture.run(
                AuthorityRevokeCommand.self, "--data-dir", path, "--token-id", String(repeating: "3", count: 128),
                at: later)
            #expect(try statements(early.result).map(\.contents.floor) == [1])
            let late = try fixture.run(
                AuthorityRevokeCommand.self, "--data-dir", path, "--token-id", String(repeating: "4", count: 128),
                at: later + .hours(2))
            #expect(try statements(late.result).map(\.contents.floor) == [3])
        }
    }

    @Test func aListFromABackupGoesOnBehindWhatTheNodeKnows() throws {
        try CommandFixture.with { fixture in
            let (path, peer) = (try fixture.authority(), try fixture.peer("node"))
            let first = try fixture.run(AuthorityRevokeCommand.self, "--data-dir", path, "--peer", peer)
            let other = try fixture.run(
                AuthorityRevokeCommand.self, "--data-dir", path, "--token-id", String(repeating: "7", count: 128))
            try fixture.folder.write(first.result + other.result, to: "authority/revocations")
            try fixture.folder.write(first.result, to: "authority/mesh-revocations")
            let third = try fixture.run(
                AuthorityRevokeCommand.self, "--data-dir", path, "--token-id", String(repeating: "8", count: 128))
            #expect(try statements(third.result).map(\.number) == [3])
            #expect(try statements(fixture.folder.read("authority/mesh-revocations")).map(\.number) == [1, 2, 3])
        }
    }

    @Test func aDamagedListIsNotGoneOnWith() throws {
        try CommandFixture.with { fixture in
            let (path, peer) = (try fixture.authority(), try fixture.peer("node"))
            _ = try fixture.run(AuthorityRevokeCommand.self, "--data-dir", path, "--peer", peer)
            let good = try fixture.folder.read("authority/mesh-revocations")
            try fixture.folder.write(
                "# a comment\n\n" + good.replacing("A", with: "B"), to: "authority/mesh-revocations")
            let damaged = try fixture.run(AuthorityRevokeCommand.self, "--data-dir", path, "--peer", peer)
            #expect(damaged.exit == .data && damaged.result.isEmpty)
            #expect(damaged.error?.contains("line 3 is none of this mesh's revocations") == true)
            #expect(damaged.error?.contains("samnode revocations export") == true)
        }
    }

    @Test func wrongArgumentsAreSaid() throws {
        try CommandFixture.with { fixture in
            let path = try fixture.authority()
            #expect(throws: (any Error).self) { try AuthorityRevokeCommand.parse(["--data-dir", path]) }
            for id in ["", "0", "zz", String(repeating: "0", count: 12), String(repeating: "0", count: 146)] {
                #expect(throws: (any Error).self, "\(id)") {
                    try AuthorityRevokeCommand.parse(["--data-dir", path, "--token-id", id])
                }
            }
            _ = try fixture.peer("node")
            let elsewhere = try fixture.run(
                AuthorityRevokeCommand.self, "--data-dir", fixture.folder.path("node"), "--peer", fixture.peer("node"))
            #expect(elsewhere.exit == .noInput)
        }
    }
}

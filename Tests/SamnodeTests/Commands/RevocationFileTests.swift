import Gossip
import Overlay
import Testing

@testable import samnode

/// Revocations as text and on the disk.
@Suite struct RevocationFileTests {
    private static let examples: [[UInt8]] = [[0], [255, 254], Array(0...255), [1, 2, 3]]

    @Test func textIsReadAsWritten() {
        let text = Self.examples.map(RevocationText.line).joined(separator: "\n")
        #expect(RevocationText(text.utf8).statements == Self.examples)
        let spaced = "# first\r\n\r\n" + Self.examples.map { "  \(RevocationText.line($0))\r\n" }.joined()
        #expect(RevocationText(spaced.utf8).statements == Self.examples)
        #expect(RevocationText(spaced.utf8).lines.map(\.number) == [3, 4, 5, 6])
        #expect(RevocationText([]) == RevocationText("\n\n".utf8))
    }

    @Test func anythingElseIsDamage() {
        let good = RevocationText.line([1, 2, 3])
        let text = ["rubbish", good, "sam-revocation:!", "sam-revocation:A", String(good.dropFirst())]
        let read = RevocationText(text.joined(separator: "\n").utf8)
        #expect(read.damaged == [1, 3, 4, 5] && read.statements == [[1, 2, 3]])
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>) func noiseIsDamage(seed: UInt64) {
        print("noise seed \(seed)")
        var random = RandomSource(seed: seed)
        let good = Array(RevocationText.line(Array(0...200)).utf8)
        for _ in 0..<200 {
            var noise = good
            for _ in 0...random.below(4) { noise[random.below(noise.count)] = UInt8(random.below(256)) }
            let read = RevocationText(noise)
            #expect(read.lines.count + read.damaged.count <= noise.count)
        }
    }

    @Test func whatIsKeptIsVerifiedAgainAndDamageIsPutAside() throws {
        try CommandFixture.with { fixture in
            let (path, peer) = (try fixture.authority(), try fixture.peer("node"))
            let first = try fixture.run(AuthorityRevokeCommand.self, "--data-dir", path, "--peer", peer)
            let second = try fixture.run(
                AuthorityRevokeCommand.self, "--data-dir", path, "--token-id", String(repeating: "7", count: 128))
            let directory = try DataDirectory.open(path: path)
            let root = try #require(try directory.trustedRoots().first?.meshKey)
            let load = {
                try KnownRevocations(directory, mesh: MeshID(rootKey: root), roots: [root], at: CommandFixture.now)
            }
            var known = try load()
            #expect(known.list.statementCount == 0 && known.notices.isEmpty)
            let statements = RevocationText((first.result + second.result).utf8).statements
            try RevocationFile.known(in: directory).replace(statements)
            known = try load()
            #expect(known.list.all.map(\.bytes) == statements && known.notices.isEmpty)
            #expect(known.revocations.peers == [try PeerID(text: peer)] && known.revocations.blocks.count == 1)
            var forged = statements[0]
            forged[70] ^= 1
            let text = RevocationText.line(forged) + "\nrubbish\n" + second.result
            try fixture.folder.write(text, to: "authority/revocations")
            known = try load()
            #expect(known.list.all.map(\.bytes) == [statements[1]])
            #expect(known.notices.count == 1)
            #expect(known.notices.first?.contains("damaged: 2 of its lines are not used (line 1: ") == true)
            #expect(try fixture.folder.read("authority/revocations.damaged") == text)
            // Another mesh's statements are nothing to this one.
            let other = try KnownRevocations(
                directory, mesh: MeshID(bytes: .zero), roots: [root], at: CommandFixture.now)
            #expect(other.list.statementCount == 0 && other.notices.count == 1)
        }
    }
}

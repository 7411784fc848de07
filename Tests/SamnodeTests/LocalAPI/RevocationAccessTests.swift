import Foundation
import Gossip
import Overlay
import Testing

@testable import samnode

/// `/sam/node/revocations`.
@Suite struct RevocationAccessTests {
    private static let root = Identity(seed: [UInt8](repeating: 3, count: 32))

    private static func line(_ number: UInt64, signer: Identity) -> String {
        let contents = Revocation.Contents(
            .block([UInt8](repeating: UInt8(clamping: number), count: 64)), mesh: MeshID(rootKey: signer.publicKey),
            root: signer.publicKey, number: number, floor: 1, issuedAt: WallTime(seconds: 10),
            end: WallTime(seconds: 20))
        return contents.signed(signer.sign(contents.message)).line
    }

    @Test func whatIsPostedIsListed() async throws {
        let root = try #require(Self.root)
        let mesh = TestMesh()
        mesh.change {
            $0.revocations = RevocationList(mesh: MeshID(rootKey: root.publicKey), roots: [root.publicKey], skew: .zero)
        }
        let lines = [Self.line(1, signer: root), Self.line(3, signer: root)]
        try await APIHarness.run(mesh) { api in
            let empty = try await api.request("GET", "/sam/node/revocations")
            #expect(empty.status == 200 && empty.text == #"{"missing":0,"revocations":[]}"#)
            let text = "\(lines[0])\nrubbish\n# no line\n\(lines[0])\n\(lines[1])\n\(lines[0].dropLast(4))AAAA\n"
            let posted = try await api.request("POST", "/sam/node/revocations", body: text)
            let report = try JSONDecoder().decode(RevocationIntakeReport.self, from: Data(posted.text.utf8))
            #expect(posted.status == 200 && report.taken == 2 && report.known == 1)
            #expect(report.refused.map(\.line) == [2, 6])
            let listed = try #require(try await api.request("GET", "/sam/node/revocations").json as? [String: Any])
            #expect(listed["missing"] as? Int == 1)
            let items = try #require(listed["revocations"] as? [[String: Any]])
            #expect(items.compactMap { $0["statement"] as? String } == lines)
            #expect(items[0]["kind"] as? String == "token" && items[0]["issued_at"] as? Int == 10_000)
            #expect(items[0]["subject"] as? String == String(repeating: "01", count: 64))
        }
    }

    @Test func itWantsTheTokenAndTheRightMethod() async throws {
        try await APIHarness.run(TestMesh()) { api in
            let stranger = try await api.request("POST", "/sam/node/revocations", body: "x", fields: [])
            let other = try await api.request("DELETE", "/sam/node/revocations")
            #expect(stranger.status == 401 && other.status == 405)
        }
    }
}

import Foundation
import Inference
import Overlay
import Testing

@testable import samnode

/// What an invitation is made of.
struct InviteCommandTests {
    private static let root = "ed25519/" + String(repeating: "4a", count: 32)
    private static let own = TestMesh.peer(0).text
    private static let other = "/ip4/192.0.2.7/tcp/9/p2p/\(TestMesh.peer(1).text)"

    private func run(_ arguments: [String]) async throws -> (result: String, notes: String, error: ConsoleError?) {
        let command = try InviteCommand.parse(arguments)
        var console = Console(now: WallTime(seconds: 1_000)) { _ in [] }
        do throws(ConsoleError) {
            try await command.execute(&console)
            return (console.result, console.notes, nil)
        } catch {
            return (console.result, console.notes, error)
        }
    }

    private func report(listening: [String], bootstraps: [String] = []) -> JoiningReport {
        var report = TestMesh.State().joining
        report.rootKeys = [Self.root]
        report.listenAddresses = listening.map { "\($0)/p2p/\(Self.own)" }
        report.bootstraps = bootstraps
        return report
    }

    private func addresses(_ report: JoiningReport) throws -> [String] {
        try InvitationSource(running: report).addresses.map(\.text)
    }

    @Test func aNodeIsFoundWhereItListens() throws {
        let public4 = "/ip4/192.0.2.1/tcp/5002"
        #expect(
            try addresses(report(listening: ["/ip4/127.0.0.1/tcp/5002", public4])) == ["\(public4)/p2p/\(Self.own)"])
        #expect(
            try addresses(report(listening: ["/ip4/127.0.0.1/tcp/1"])) == ["/ip4/127.0.0.1/tcp/1/p2p/\(Self.own)"])
    }

    @Test func aNodeThatDoesNotListenNamesWhereItBegan() throws {
        #expect(
            try addresses(report(listening: [], bootstraps: [Self.other, "/ip4/192.0.2.8/tcp/9"])) == [Self.other])
    }

    @Test func aReportThatIsNoneIsRefused() {
        #expect(throws: ConsoleError.self) { try InvitationSource(running: TestMesh.State().joining.with(root: "x")) }
    }

    @Test func theRunningNodeIsAsked() async throws {
        let mesh = TestMesh()
        let report = report(listening: ["/ip4/10.0.0.1/tcp/5002"])
        mesh.change { $0.joining = report }
        try await SocketHarness.run(mesh) { socket in
            let outcome = try await run(["--socket-path", socket])
            #expect(outcome.error == nil)
            let line = outcome.result.trimmingCharacters(in: .newlines)
            let invitation = try Invitation(parsing: line)
            #expect(invitation.addresses.map(\.text) == ["/ip4/10.0.0.1/tcp/5002/p2p/\(Self.own)"])
            #expect(invitation.roots.map(\.description) == [Self.root])
            #expect(outcome.notes.contains("no secret") && outcome.notes.contains("local network only"))
            let given = try await run(["--socket-path", socket, "--address", "/dns4/a.example/tcp/5002", "--json"])
            let fields = try JSONSerialization.jsonObject(with: Data(given.result.utf8)) as? [String: Any]
            #expect(fields?["addresses"] as? [String] == ["/dns4/a.example/tcp/5002/p2p/\(Self.own)"])
            let wrong = try await run(["--socket-path", socket, "--address", "/ip4/0.0.0.0/tcp/5002"])
            #expect(wrong.error?.exit == .usage)
        }
    }

    @Test func withoutANodeTheDataDirectoryIsRead() async throws {
        let name = "/tmp/sam-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: name) }
        let directory = try DataDirectory.open(path: name)
        let missing = try await run(["--data-dir", name])
        #expect(missing.error?.message.contains("mesh-root.pub") == true)
        _ = try directory.createRootKey(seed: [UInt8](repeating: 1, count: 32))
        let bare = try await run(["--data-dir", name])
        #expect(bare.error == nil)
        #expect(bare.notes.contains("names no address"))
        let nameless = try await run(["--data-dir", name, "--address", "/ip4/192.0.2.1/tcp/1"])
        #expect(nameless.error?.exit == .usage && nameless.error?.message.contains("/p2p/") == true)
        _ = try BootstrapFile(directory).add([try Multiaddr(text: Self.other)])
        let passed = try await run(["--data-dir", name])
        #expect(passed.result.contains(Self.other))
    }
}

extension JoiningReport {
    fileprivate func with(root: String) -> JoiningReport {
        var report = self
        report.rootKeys = [root]
        return report
    }
}

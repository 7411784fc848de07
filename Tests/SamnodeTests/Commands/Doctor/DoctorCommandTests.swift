import Foundation
import Overlay
import Testing

@testable import samnode

/// The doctor without and with a node.
struct DoctorCommandTests {
    private func run(
        _ arguments: String..., at now: WallTime = CommandFixture.now
    ) async throws -> (findings: [Finding], error: ConsoleError?) {
        let command = try DoctorCommand.parse(arguments + ["--json"])
        var console = Console(now: now) { _ in [] }
        var error: ConsoleError?
        do throws(ConsoleError) {
            try await command.execute(&console)
        } catch let thrown {
            error = thrown
        }
        struct Output: Decodable {
            var findings: [Finding]
        }
        let output = try JSONDecoder().decode(Output.self, from: Data(console.result.utf8))
        return (output.findings, error)
    }

    /// A directory of the mesh of `authority`, in a folder that ends with the test.
    private func withNode(_ body: (CommandFixture, _ directory: String) async throws -> Void) async throws {
        let folder = "/tmp/sam-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let fixture = CommandFixture(folder: TemporaryFolder(path: folder))
        _ = try fixture.peer("n")
        try fixture.folder.write(
            try String(contentsOfFile: "\(fixture.authority())/mesh-root.pub", encoding: .utf8), to: "n/mesh-root.pub")
        try await body(fixture, fixture.folder.path("n"))
    }

    @Test func aMissingDirectoryIsTheProblem() async throws {
        let outcome = try await run("--data-dir", "/tmp/sam-\(UInt32.random(in: 0 ... .max))")
        #expect(outcome.error?.exit == .refused)
        #expect(outcome.findings.contains { $0.subject == .dataDirectory && $0.state == .problem })
        #expect(outcome.findings.first { $0.subject == .dataDirectory }?.next?.contains("samnode join") == true)
    }

    @Test func aMissingTokenIsTheProblem() async throws {
        try await withNode { fixture, directory in
            let outcome = try await run("--data-dir", directory)
            let token = outcome.findings.first { $0.subject == .token }
            #expect(token?.state == .problem)
            let peer = try fixture.peer("n")
            #expect(token?.next?.contains("authority issue --peer \(peer)") == true)
            #expect(outcome.error?.exit == .refused)
        }
    }

    @Test func tokensAreJudgedAsOthersJudgeThem() async throws {
        try await withNode { fixture, directory in
            let own = try fixture.peer("n")
            let stranger = "12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8"
            try fixture.folder.write(try fixture.issue(to: stranger), to: "n/token")
            let wrongPeer = try await run("--data-dir", directory, "--no-dial")
            #expect(wrongPeer.findings.first { $0.subject == .token }?.message.contains("another peer") == true)
            try fixture.folder.write(try fixture.issue(to: own), to: "n/token")
            let good = try await run("--data-dir", directory, "--no-dial")
            #expect(good.findings.first { $0.subject == .token }?.state == .ok)
            #expect(good.error == nil)
            let later = try await run("--data-dir", directory, "--no-dial", at: CommandFixture.now + .hours(25))
            #expect(later.findings.first { $0.subject == .token }?.message.contains("expired") == true)
            let soon = try await run("--data-dir", directory, "--no-dial", at: CommandFixture.now + .hours(23))
            #expect(soon.findings.first { $0.subject == .token }?.state == .warning)
            let other = try fixture.authority("other")
            let foreign = try fixture.run(AuthorityIssueCommand.self, "--data-dir", other, "--peer", own).line
            try fixture.folder.write(foreign, to: "n/token")
            let wrongMesh = try await run("--data-dir", directory, "--no-dial")
            #expect(wrongMesh.findings.first { $0.subject == .token }?.message.contains("another mesh") == true)
        }
    }

    @Test func filesThatOthersCanReadAreTheProblem() async throws {
        try await withNode { _, directory in
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory)
            let open = try await run("--data-dir", directory)
            #expect(open.findings.first { $0.subject == .dataDirectory }?.message.contains("chmod 700") == true)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: directory + "/node.key")
            let key = try await run("--data-dir", directory)
            #expect(key.findings.first { $0.subject == .key }?.message.contains("chmod 600") == true)
        }
    }

    @Test func addressesAreTriedForANodeWithoutAToken() async throws {
        try await withNode { fixture, directory in
            try fixture.folder.write("/ip4/127.0.0.1/tcp/1\n", to: "n/bootstraps")
            let outcome = try await run("--data-dir", directory)
            let address = outcome.findings.first { $0.subject == .addresses }
            #expect(address?.state == .problem && address?.message.contains("refused") == true, "\(outcome)")
        }
    }

    @Test func aRunningNodeIsAsked() async throws {
        let mesh = TestMesh()
        mesh.change {
            $0.joining.tokenExpiresAt = (CommandFixture.now + .hours(9)).milliseconds
            $0.joining.links = 1
            $0.joining.dataDirectory = "/tmp"
        }
        try await SocketHarness.run(mesh) { socket in
            let outcome = try await run("--socket-path", socket)
            #expect(outcome.findings.first?.subject == .node && outcome.findings.first?.state == .ok)
            // Everybody can write to /tmp.
            #expect(outcome.findings.filter { $0.state == .problem }.map(\.subject) == [.dataDirectory])
            #expect(outcome.error?.exit == .refused)
        }
    }

    @Test func aWrongAddressIsAMistake() async throws {
        try await withNode { fixture, directory in
            let command = try DoctorCommand.parse(["--data-dir", directory, "--bootstrap", "nonsense"])
            var console = Console(now: CommandFixture.now) { _ in [] }
            await #expect(throws: ConsoleError.self) { try await command.execute(&console) }
        }
    }
}

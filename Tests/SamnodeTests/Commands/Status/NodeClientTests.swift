import Foundation
import Overlay
import Testing

@testable import samnode

/// The commands against the local API on a real socket.
struct NodeClientTests {
    private func withNode(_ body: @escaping @Sendable (_ socket: String) async throws -> Void) async throws {
        try await SocketHarness.run(TestMesh(), body)
    }

    private static func run<Query: NodeQuery>(
        _ type: Query.Type, _ arguments: String...
    ) async throws -> (output: String, error: ConsoleError?) {
        let query = try type.parse(arguments)
        var console = Console(now: WallTime(seconds: 1_000)) { _ in [] }
        do throws(ConsoleError) {
            try await query.execute(&console)
            return (console.result, nil)
        } catch {
            return (console.result, error)
        }
    }

    @Test func everyCommandAsksTheSocket() async throws {
        try await withNode { socket in
            let status = try await Self.run(StatusCommand.self, "--socket-path", socket)
            #expect(status.error == nil)
            #expect(status.output.contains(TestMesh.peer(0).text))
            let peers = try await Self.run(PeersCommand.self, "--socket-path", socket)
            #expect(peers.output.hasPrefix("no links yet"))
            let catalog = try await Self.run(CatalogCommand.self, "--socket-path", socket)
            #expect(catalog.output.hasPrefix("no services yet"))
            let route = try await Self.run(RouteCommand.self, "a/b &c", "--socket-path", socket)
            #expect(route.error?.exit == .refused)
            #expect(route.error?.message.contains("a/b &c") == true)
        }
    }

    @Test func theSocketIsFoundInTheDataDirectory() async throws {
        try await withNode { socket in
            let directory = (socket as NSString).deletingLastPathComponent
            let status = try await Self.run(StatusCommand.self, "--data-dir", directory)
            #expect(status.error == nil)
            #expect(status.output.contains("ready"))
        }
    }

    @Test func jsonIsTheAnswerItself() async throws {
        try await withNode { socket in
            let status = try await Self.run(StatusCommand.self, "--socket-path", socket, "--json")
            let fields = try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any]
            #expect(fields?["peer"] as? String == TestMesh.peer(0).text)
            #expect(fields?["is_ready"] as? Bool == true)
            let route = try await Self.run(RouteCommand.self, "m", "--socket-path", socket, "--json")
            #expect(route.output.contains("\"candidates\":[]"))
            #expect(route.error?.exit == .refused)
        }
    }

    @Test func aRefusalOfTheNodeIsShown() async throws {
        try await withNode { socket in
            await #expect(throws: ConsoleError(.unavailable, "the node refused: model query parameter is required")) {
                try await NodeClient(socketPath: socket).get("/sam/node/route?model=")
            }
        }
    }

    @Test func withoutANodeItSaysWhatToStart() async throws {
        let socket = "/tmp/sam-\(UInt32.random(in: 0 ... .max)).sock"
        let outcome = try await withDeadline { try await Self.run(StatusCommand.self, "--socket-path", socket) }
        #expect(outcome.error?.exit == .unavailable)
        #expect(outcome.error?.message.contains("samnode run") == true)
        #expect(outcome.error?.message.contains(socket) == true)
    }

    @Test func aMissingDataDirectoryIsNotMade() async throws {
        let path = "/tmp/sam-\(UInt32.random(in: 0 ... .max))"
        let outcome = try await Self.run(StatusCommand.self, "--data-dir", path)
        #expect(outcome.error?.exit == .unavailable)
        #expect(outcome.error?.message.contains("samnode run") == true)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aFileThatIsNoSocketIsNoNode() async throws {
        let path = "/tmp/sam-\(UInt32.random(in: 0 ... .max))"
        try Data("x".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let outcome = try await withDeadline { try await Self.run(StatusCommand.self, "--socket-path", path) }
        #expect(outcome.error?.exit == .unavailable)
    }

    @Test func anEmptySocketPathIsAMistake() async throws {
        #expect(try await Self.run(StatusCommand.self, "--socket-path", "").error?.exit == .usage)
    }
}

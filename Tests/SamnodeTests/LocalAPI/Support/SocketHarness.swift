import Foundation

@testable import samnode

/// A local API on a Unix socket in a folder of its own, for as long as `body` runs.
enum SocketHarness {
    static func run(
        _ mesh: TestMesh, _ body: @escaping @Sendable (_ socket: String) async throws -> Void
    ) async throws {
        let folder = "/tmp/sam-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let socket = folder + "/sam.sock"
        let listening = Signal<String>()
        let api = LocalAPI(
            mesh: mesh, listeners: LocalAPI.Listeners(unixSocketPath: socket), registry: PrometheusRegistry(),
            logger: APIHarness.quiet, onListening: { listening.send($0) })
        try await withDeadline(seconds: 60) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await api.run() }
                defer { group.cancelAll() }
                _ = try await listening.wait()
                try await body(socket)
            }
        }
    }
}

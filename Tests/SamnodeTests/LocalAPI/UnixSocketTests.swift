import Foundation
import Logging
import NIOCore
import Testing

@testable import samnode

struct UnixSocketTests {
    /// A fresh directory, removed afterwards.
    private func withDirectory(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let path = "/tmp/sam-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private func api(_ path: String, _ listening: Signal<String>) -> LocalAPI {
        LocalAPI(
            mesh: TestMesh(), listeners: LocalAPI.Listeners(unixSocketPath: path), registry: PrometheusRegistry(),
            logger: APIHarness.quiet, onListening: { listening.send($0) })
    }

    private func withServer(_ path: String, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let listening = Signal<String>()
        try await withService(api(path, listening)) {
            #expect(try await listening.wait() == path)
            try await body()
        }
    }

    private func get(_ target: String, socket: String) async throws {
        try await RawConnection.connect(to: SocketAddress(unixDomainSocketPath: socket)) { client in
            try await client.write("GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func onlyTheOwnerCanOpenItAndNeedsNoToken() async throws {
        try await withDirectory { directory in
            let path = directory + "/sam.sock"
            try await withServer(path) {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
                #expect(attributes[.type] as? FileAttributeType == .typeSocket)
                #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["sam.sock"])
                try await get("/v1/models", socket: path)
                try await get("/sam/node/status", socket: path)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [], "removed at the end")
        }
    }

    @Test func aDeadSocketIsReplacedAndALiveOneIsNot() async throws {
        try await withDirectory { directory in
            let path = directory + "/sam.sock"
            let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            try SocketAddress(unixDomainSocketPath: path).withSockAddr { address, size in
                #expect(bind(dead, address, socklen_t(size)) == 0)
            }
            close(dead)
            try await withServer(path) {
                try await get("/healthz", socket: path)
                await #expect(throws: LocalAPIError.socketInUse(path: path)) {
                    try await api(path, Signal()).run()
                }
                try await get("/healthz", socket: path)
            }
        }
    }

    @Test func otherFilesAreLeftAlone() async throws {
        try await withDirectory { directory in
            let path = directory + "/sam.sock"
            try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
            await #expect(throws: LocalAPIError.notASocket(path: path)) { try await api(path, Signal()).run() }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["sam.sock"])
        }
    }

    @Test func longPathsAreExplained() async throws {
        let path = "/tmp/" + String(repeating: "x", count: 99)
        await #expect(throws: LocalAPIError.socketPathTooLong(path: path, length: 104, limit: 103)) {
            try await api(path, Signal()).run()
        }
        await #expect(throws: LocalAPIError.cannotListen("/nowhere/s.sock", reason: "No such file or directory")) {
            try await api("/nowhere/s.sock", Signal()).run()
        }
    }

    @Test func aPortInUseIsExplained() async throws {
        try await withRawServer(serve: { _ = await $0.readToEnd() }) { port in
            let address = ListenAddress(host: "127.0.0.1", port: port)
            let token = try APIToken("t")
            let api = LocalAPI(
                mesh: TestMesh(), listeners: LocalAPI.Listeners(tcp: (address, token)), registry: PrometheusRegistry(),
                logger: APIHarness.quiet)
            await #expect(throws: LocalAPIError.addressInUse("127.0.0.1:\(port)")) { try await api.run() }
        }
    }

    @Test(arguments: ["127.0.0.1:8080", "[::1]:0", "localhost:65535"])
    func readsAddresses(text: String) throws {
        #expect(try ListenAddress(text).description == text)
    }

    @Test(arguments: ["", ":8080", "8080", "127.0.0.1", "127.0.0.1:99999", "::1:80", "a:b"])
    func refusesAddresses(text: String) {
        #expect(throws: LocalAPIError.badAddress(text)) { try ListenAddress(text) }
    }
}

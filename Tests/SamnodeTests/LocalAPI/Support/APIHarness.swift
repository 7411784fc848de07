import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

@testable import samnode

/// A local API on a free TCP port, for as long as `body` runs.
struct APIHarness: Sendable {
    static let token = "secret-token-of-the-test"

    let port: Int
    let http: HTTPClient
    let registry: PrometheusRegistry

    static var quiet: Logger {
        var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        logger.logLevel = .critical
        return logger
    }

    static func run(
        _ mesh: TestMesh, facade: FacadeSettings = FacadeSettings(), settings: LocalAPISettings = LocalAPISettings(),
        _ body: @escaping @Sendable (APIHarness) async throws -> Void
    ) async throws {
        let listening = Signal<String>()
        let registry = PrometheusRegistry()
        let token = try APIToken(token)
        let api = LocalAPI(
            mesh: mesh,
            listeners: LocalAPI.Listeners(tcp: (ListenAddress(host: "127.0.0.1", port: 0), token)), registry: registry,
            facade: facade, settings: settings, logger: quiet, onListening: { listening.send($0) })
        try await withService(api) {
            let url = try await listening.wait()
            let port = url.split(separator: ":").last.flatMap { Int($0) } ?? 0
            try await withHTTPClient { http in
                try await body(APIHarness(port: port, http: http, registry: registry))
            }
        }
    }

    /// A request with the token, unless other fields are given.
    func request(
        _ method: String, _ path: String, body: String? = nil,
        fields: [(String, String)] = [("authorization", "Bearer \(APIHarness.token)")]
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .init(rawValue: method)
        for (name, value) in fields { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let answer = try await http.execute(request, timeout: .seconds(10))
        return Reply(
            status: Int(answer.status.code), headers: answer.headers,
            text: String(buffer: try await answer.body.collect(upTo: 1 << 24)))
    }

    struct Reply: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var text: String

        /// `error.code` of the body.
        var code: String? { error?["code"] as? String }
        var type: String? { error?["type"] as? String }
        var message: String? { error?["message"] as? String }
        private var error: [String: Any]? { (json as? [String: Any])?["error"] as? [String: Any] }
        var json: Any? { try? JSONSerialization.jsonObject(with: Data(text.utf8)) }

        func header(_ name: String) -> String? { headers.first(name: name) }
    }

    /// The text of a facade request for a raw connection.
    static func rawRequest(_ body: String, path: String = "/v1/chat/completions") -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

func withHTTPClient<Value: Sendable>(_ body: @Sendable (HTTPClient) async throws -> Value) async throws -> Value {
    let http = HTTPClient(eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton))
    do {
        let value = try await body(http)
        try await http.shutdown()
        return value
    } catch {
        try await http.shutdown()
        throw error
    }
}

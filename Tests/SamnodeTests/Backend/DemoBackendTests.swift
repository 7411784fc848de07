import AsyncHTTPClient
import Foundation
import Inference
import NIOCore
import Testing
import Transport

@testable import samnode

struct DemoBackendTests {
    private func withDemo(
        _ settings: DemoSettings, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let listening = Signal<Int>()
        let demo = DemoBackend(
            address: ListenAddress(host: "127.0.0.1", port: 0), settings: settings, logger: APIHarness.quiet,
            onListening: { listening.send($0.port) })
        try await withService(demo) { try await body(try await listening.wait()) }
    }

    private var fast: DemoSettings {
        var settings = DemoSettings()
        settings.tokensPerSecond = 0
        return settings
    }

    private func post(_ http: HTTPClient, _ port: Int, _ path: String, _ json: String) async throws -> (Int, String) {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: json))
        let answer = try await http.execute(request, timeout: .seconds(10))
        return (Int(answer.status.code), String(buffer: try await answer.body.collect(upTo: 1 << 22)))
    }

    private func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    @Test func answersWholeAndStreamedAlike() async throws {
        try await withDemo(fast) { port in
            try await withHTTPClient { http in
                let messages = #""messages":[{"role":"user","content":"Why gossip?"}]"#
                let (status, whole) = try await post(
                    http, port, "/v1/chat/completions", #"{"model":"sam-demo",\#(messages)}"#)
                #expect(status == 200)
                let choices = try #require(try object(whole)["choices"] as? [[String: Any]])
                let message = try #require(choices[0]["message"] as? [String: Any])
                let text = try #require(message["content"] as? String)
                #expect(text.contains("demo model"))
                #expect(text.contains("Why gossip?"))
                let usage = try #require(try object(whole)["usage"] as? [String: Int])
                #expect(usage["total_tokens"] == (usage["prompt_tokens"] ?? 0) + (usage["completion_tokens"] ?? 0))
                let (_, streamed) = try await post(
                    http, port, "/v1/chat/completions",
                    #"{"model":"sam-demo","stream":true,"stream_options":{"include_usage":true},\#(messages)}"#)
                let events = streamed.components(separatedBy: "\n\n").filter { !$0.isEmpty }
                #expect(events.last == "data: [DONE]")
                let chunks = try events.dropLast().map { try object(String($0.dropFirst("data: ".count))) }
                let pieces = chunks.flatMap { $0["choices"] as? [[String: Any]] ?? [] }
                let streamedText = pieces.compactMap { ($0["delta"] as? [String: Any])?["content"] as? String }.joined()
                #expect(streamedText == text)
                #expect(pieces.last?["finish_reason"] as? String == "stop")
                #expect((chunks.last?["choices"] as? [Any])?.isEmpty == true)
                #expect((chunks.last?["usage"] as? [String: Int]) == usage)
            }
        }
    }

    @Test func embeddingsAreRepeatableAndEqualInBothFormats() async throws {
        try await withDemo(fast) { port in
            try await withHTTPClient { http in
                func embed(_ format: String) async throws -> Any? {
                    let (_, json) = try await post(
                        http, port, "/v1/embeddings",
                        #"{"model":"sam-demo","input":["a mesh of nodes"],"dimensions":8,"encoding_format":"\#(format)"}"#
                    )
                    return (try object(json)["data"] as? [[String: Any]])?.first?["embedding"]
                }
                let numbers = try #require(try await embed("float") as? [Double])
                #expect(numbers.count == 8)
                #expect(abs(numbers.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
                let base64 = try #require(try await embed("base64") as? String)
                let bytes = try #require(Data(base64Encoded: base64))
                let decoded = (0..<8).map { index in
                    bytes.dropFirst(index * 4).prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                }
                #expect(decoded.map { Double(Float(bitPattern: $0)) } == numbers.map { Double(Float($0)) })
            }
        }
    }

    @Test func refusesWhatItCannotDo() async throws {
        try await withDemo(fast) { port in
            try await withHTTPClient { http in
                for (path, json, status) in [
                    ("/v1/chat/completions", #"{"model":"other","messages":[]}"#, 404), ("/v1/completions", "{", 400),
                    ("/v1/embeddings", #"{"model":"sam-demo","input":"x","dimensions":0}"#, 400), ("/v1/x", "{}", 404),
                ] {
                    let (answered, _) = try await post(http, port, path, json)
                    #expect(answered == status, "\(path)")
                }
            }
        }
    }

    /// Everything of this node at once: client, local API, proxy, backend.
    @Test func carriesAStreamFromEndToEndAndCancels() async throws {
        var settings = DemoSettings()
        settings.tokensPerSecond = 50
        try await withDemo(settings) { port in
            let client = BackendClient()
            let provider = TestMesh.provider(0)
            let proxy = BackendProxy(
                services: [BackendService(name: provider.service, targetURL: "http://127.0.0.1:\(port)")],
                client: client,
                logger: APIHarness.quiet)
            let gone = Signal<Void>()
            let mesh = TestMesh(providers: ["sam-demo": [provider]]) { _, head, body in
                let rest = try ServicePath(parsing: head.path).rest
                let request = WholeBody(ByteBuffer(string: try await collect(body)))
                let (writer, answer) = LoopbackWriter.make()
                // Owned by the answer's reader, as the node's handlers are by their requests; ends with the answer.
                let task = Task {
                    do {
                        try await proxy.forward(
                            head, service: provider.service, rest: rest, body: request, respond: writer)
                    } catch {
                        gone.send()
                    }
                }
                writer.onTermination { task.cancel() }
                return MeshAnswer(head: try await writer.head.wait(), route: .local, body: answer)
            }
            do {
                try await APIHarness.run(mesh) { api in
                    try await RawConnection.connect(port: api.port) { connection in
                        try await connection.write(
                            APIHarness.rawRequest(#"{"model":"sam-demo","stream":true,"messages":[]}"#))
                        _ = try await connection.read(until: #""content":"This""#)
                        _ = try await connection.read(until: #""content":" is""#)
                        try await connection.close()
                        try await gone.wait(seconds: 1)
                    }
                }
                try await client.shutdown()
            } catch {
                try await client.shutdown()
                throw error
            }
        }
    }
}

/// The way back to a caller in the same process.
private final class LoopbackWriter: Transport.ResponseWriter {
    typealias Stream = AsyncThrowingStream<ByteBuffer, any Error>

    let head = Signal<ResponseHead>()
    private let continuation: Stream.Continuation

    private init(continuation: Stream.Continuation) {
        self.continuation = continuation
    }

    /// The stream is the caller's alone, so that dropping it ends the request.
    static func make() -> (LoopbackWriter, Stream) {
        let (stream, continuation) = Stream.makeStream()
        return (LoopbackWriter(continuation: continuation), stream)
    }

    func onTermination(_ action: @escaping @Sendable () -> Void) {
        continuation.onTermination = { _ in action() }
    }

    func start(_ head: ResponseHead) async throws {
        self.head.send(head)
    }

    func write(_ bytes: ByteBuffer) async throws {
        continuation.yield(bytes)
    }

    func finish() async throws {
        continuation.finish()
    }
}

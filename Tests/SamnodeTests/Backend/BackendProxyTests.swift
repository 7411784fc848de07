import Gossip
import Inference
import NIOCore
import Testing

@testable import samnode

struct BackendProxyTests {
    private static let name = TestMesh.provider(0).service

    private static func proxy(_ port: Int, path: String = "", client: BackendClient) -> BackendProxy {
        let service = BackendService(name: name, targetURL: "http://127.0.0.1:\(port)\(path)")
        return BackendProxy(services: [service], client: client, logger: APIHarness.quiet)
    }

    private static func withClient(
        _ settings: BackendSettings = BackendSettings(),
        _ body: @escaping @Sendable (BackendClient) async throws -> Void
    ) async throws {
        let client = BackendClient(settings: settings)
        do {
            try await withDeadline { try await body(client) }
            try await client.shutdown()
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private static func head(_ method: String = "POST", fields: [(String, String)] = []) -> RequestHead {
        RequestHead(
            method: method, path: "/inference/demo/v1/x", fields: fields.map { HeaderField(name: $0.0, value: $0.1) })
    }

    /// Forwards a request and returns the failure.
    private static func failure(
        _ proxy: BackendProxy, rest: String = "/v1/x", writer: RecordingWriter = RecordingWriter()
    ) async -> ServingFailure? {
        do {
            try await proxy.forward(head("GET"), service: name, rest: rest, body: WholeBody(), respond: writer)
            return nil
        } catch {
            return error as? ServingFailure
        }
    }

    @Test func sendsWhatItWasGivenAndNothingElse() async throws {
        let received = Signal<String>()
        try await withRawServer { backend in
            let head = try await backend.read(until: "\r\n\r\n")
            received.send(head + (try await backend.read(until: "body!")))
            try await backend.write(
                "HTTP/1.1 201 Created\r\nContent-Length: 4\r\nX-Kept: Value\r\nKeep-Alive: 5\r\nX-Sam-Lie: 1\r\n\r\nfine"
            )
        } _: { port in
            try await Self.withClient { client in
                let writer = RecordingWriter()
                try await Self.proxy(port, path: "/base", client: client).forward(
                    Self.head(fields: [
                        ("Content-Length", "5"), ("X-Custom-Case", "1"), ("Connection", "x"), ("X-Sam-Agent", "a"),
                        ("Accept-Encoding", "gzip"),
                    ]), service: Self.name, rest: "/v1/a%2Fb//c?q=%20", body: WholeBody(ByteBuffer(string: "body!")),
                    respond: writer)
                let answer = try await writer.head.wait()
                #expect(answer.status == 201)
                #expect(answer.fields.map(\.name) == ["Content-Length", "X-Kept"])
                #expect(try await writer.read(until: "fine") == "fine")
                try await writer.end.wait()
                var lines = try await received.wait().split(separator: "\r\n").map(String.init)
                #expect(lines.removeFirst() == "POST /base/v1/a%2Fb//c?q=%20 HTTP/1.1")
                #expect(lines.removeLast() == "body!")
                #expect(
                    lines.map { $0.lowercased() }.sorted() == [
                        "accept-encoding: gzip", "content-length: 5", "host: 127.0.0.1:\(port)", "x-custom-case: 1",
                    ])
                #expect(lines.contains("X-Custom-Case: 1"), "the case of names is kept")
            }
        }
    }

    @Test func streamsBothWays() async throws {
        let upload = ControlledBody()
        try await withRawServer { backend in
            _ = try await backend.read(until: "\r\n\r\n")
            _ = try await backend.read(until: "first")
            try await backend.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
            _ = try await backend.read(until: "second")
            try await backend.write("3\r\ntwo\r\n0\r\n\r\n")
        } _: { port in
            try await Self.withClient { client in
                let writer = RecordingWriter()
                let proxy = Self.proxy(port, client: client)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await proxy.forward(
                            Self.head(), service: Self.name, rest: "/v1/x", body: upload.stream, respond: writer)
                    }
                    upload.send("first")
                    #expect(try await writer.head.wait().status == 200)
                    #expect(try await writer.read(until: "one") == "one")
                    upload.send("second")
                    #expect(try await writer.read(until: "two") == "two")
                    upload.finish()
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func cancellingClosesTheConnectionBeforeAndAfterTheFirstToken() async throws {
        for answersFirst in [false, true] {
            let asked = Signal<Void>()
            let closed = Signal<Void>()
            try await withRawServer { backend in
                _ = try await backend.read(until: "\r\n\r\n")
                if answersFirst {
                    try await backend.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
                }
                asked.send()
                _ = await backend.readToEnd()
                closed.send()
            } _: { port in
                try await Self.withClient { client in
                    let writer = RecordingWriter()
                    let proxy = Self.proxy(port, client: client)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            try await proxy.forward(
                                Self.head("GET"), service: Self.name, rest: "/v1/x", body: WholeBody(), respond: writer)
                        }
                        try await asked.wait()
                        if answersFirst { _ = try await writer.read(until: "one") }
                        group.cancelAll()
                        try await closed.wait(seconds: 1)
                        await #expect(throws: CancellationError.self) { try await group.waitForAll() }
                    }
                }
            }
        }
    }

    @Test func aSlowCallerSlowsTheBackendDown() async throws {
        let progress = Signal<Int>()
        let permits = Signal<Void>()
        try await withRawServer { backend in
            _ = try await backend.read(until: "\r\n\r\n")
            try await backend.write("HTTP/1.1 200 OK\r\nContent-Length: 268435456\r\n\r\n")
            let chunk = ByteBuffer(repeating: 0x78, count: 64 << 10)
            for number in 1...4_096 {
                try await backend.write(chunk)
                try await backend.settle()
                progress.send(number)
            }
        } _: { port in
            try await Self.withClient { client in
                let writer = RecordingWriter(permits: permits)
                let proxy = Self.proxy(port, client: client)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await proxy.forward(
                            Self.head("GET"), service: Self.name, rest: "/v1/x", body: WholeBody(), respond: writer)
                    }
                    var count = try await progress.wait()
                    while let now = try? await progress.wait(seconds: 0.3) { count = now }
                    #expect(count < 4_096 / 4, "the caller took one part and the backend has to wait")
                    group.cancelAll()
                }
            }
        }
    }

    @Test func eachFailureOfABackendHasItsName() async throws {
        // Bound and not listening: nobody else can take the port meanwhile.
        let closed = try UnusedPort()
        try await Self.withClient { client in
            let down = await Self.failure(Self.proxy(closed.port, client: client))
            #expect(down?.code == "backend_unavailable")
            #expect(down?.isRetryable == true)
        }
        closed.close()
        let cases: [(answer: String, code: String)] = [
            ("", "backend_unavailable"), ("garbage\r\n\r\n", "bad_gateway"), ("\u{0}\u{1}\r\n\r\n", "bad_gateway"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "upstream_disconnected"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "upstream_disconnected"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", "upstream_disconnected"),
        ]
        for (answer, code) in cases {
            try await withRawServer { backend in
                _ = try await backend.read(until: "\r\n\r\n")
                try await backend.write(answer)
                try await backend.close()
            } _: { port in
                try await Self.withClient { client in
                    let failure = await Self.failure(Self.proxy(port, client: client))
                    #expect(failure?.code == code, "\(answer)")
                    #expect(failure?.isRetryable == false)
                }
            }
        }
    }

    @Test func aBackendThatNeverAnswersTimesOut() async throws {
        var settings = BackendSettings()
        settings.firstByteTimeout = .milliseconds(50)
        let limited = settings
        try await withRawServer(serve: { _ = await $0.readToEnd() }) { port in
            try await Self.withClient(limited) { client in
                #expect(await Self.failure(Self.proxy(port, client: client))?.code == "backend_timeout")
            }
        }
    }

    @Test func pathsThatLeaveTheServiceAreRefused() async throws {
        try await Self.withClient { client in
            let proxy = Self.proxy(1, path: "/base", client: client)
            for rest in ["/../admin", "/v1/%2e%2E/x", "/v1/..", "/a b", "/a\r\nX: y", "/ü"] {
                #expect(await Self.failure(proxy, rest: rest)?.code == "invalid_request", "\(rest)")
            }
            let unknown = try #require(ServiceName("inference:other"))
            await #expect(throws: ServingFailure.noSuchService) {
                try await proxy.forward(
                    Self.head(), service: unknown, rest: "", body: WholeBody(), respond: RecordingWriter())
            }
        }
    }

    @Test(arguments: [
        ("http://h:1", "", "http://h:1"), ("http://h:1", "?q=1", "http://h:1/?q=1"),
        ("http://h", "/v1/x", "http://h/v1/x"),
        ("http://h/base", "/...", "http://h/base/..."), ("http://h", "/v1/x?y=..", "http://h/v1/x?y=.."),
    ])
    func joinsURLs(target: String, rest: String, url: String) throws {
        #expect(try BackendURI.join(target: target, rest: rest) == url)
    }
}

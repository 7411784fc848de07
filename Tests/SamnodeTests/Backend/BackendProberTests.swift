import Foundation
import Gossip
import NIOCore
import Synchronization
import Testing

@testable import samnode

struct BackendProberTests {
    /// - Parameter timeout: of a probe; so long that a busy machine is not taken for a backend that is down.
    private static func settings(timeout: TimeAmount) -> BackendSettings {
        var settings = BackendSettings()
        settings.probeInterval = .milliseconds(10)
        settings.probePause = .milliseconds(10)
        settings.probePauseLimit = .milliseconds(20)
        settings.probeTimeout = timeout
        settings.probeAnswerCapacity = 10_000
        return settings
    }

    /// Runs a prober of services on these ports, and hands `body` what it publishes.
    private static func probe(
        _ services: [BackendService], timeout: TimeAmount = .seconds(30),
        _ body: @escaping @Sendable (Signal<[LiveService]>) async throws -> Void
    ) async throws {
        let client = BackendClient(settings: settings(timeout: timeout))
        let published = Signal<[LiveService]>()
        let prober = BackendProber(
            services: services, client: client, logger: APIHarness.quiet, publish: { published.send($0) })
        do {
            try await withDeadline(seconds: 60) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await prober.run() }
                    defer { group.cancelAll() }
                    try await body(published)
                }
            }
            try await client.shutdown()
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private static func service(_ name: String, port: Int) throws -> BackendService {
        BackendService(name: try #require(ServiceName(name)), targetURL: "http://127.0.0.1:\(port)/")
    }

    private static func answer(_ text: String, status: String = "200 OK") -> String {
        "HTTP/1.1 \(status)\r\nConnection: close\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
    }

    /// Answers every probe with what `current` is at that time; nil hangs up.
    private static func serve(_ current: Script) -> @Sendable (RawConnection) async throws -> Void {
        { backend in
            let head = try await backend.read(until: "\r\n\r\n")
            #expect(head.hasPrefix("GET /v1/models HTTP/1.1\r\n"))
            if let answer = current.answer { try await backend.write(answer) }
            try await backend.close()
        }
    }

    @Test func tellsEveryChangeOnce() async throws {
        let script = Script(Self.answer(#"{"object":"list","data":[{"id":"a"},{"id":"b"}]}"#))
        try await withRawServer(serve: Self.serve(script)) { port in
            let service = try Self.service("inference:x", port: port)
            try await Self.probe([service]) { published in
                try await expect([LiveService(service: service, models: ["a", "b"])], from: published)
                script.answer = Self.answer(#"{"data":[{"id":"c"}]}"#)
                try await expect([LiveService(service: service, models: ["c"])], from: published)
                for garbage in [
                    nil, "garbage\r\n\r\n", Self.answer("<html>"), Self.answer("{}"), Self.answer(#"{"data":[1]}"#),
                    Self.answer("no", status: "500 Oops"), Self.answer(#"{"data":[]}"#, status: "404 Not Found"),
                    Self.answer(#"{"data":["\#(String(repeating: "x", count: 20_000))"]}"#),
                ] {
                    script.answer = garbage
                    try await expect([], from: published, after: garbage ?? "hang up")
                    script.answer = Self.answer(#"["c"]"#)
                    try await expect([LiveService(service: service, models: ["c"])], from: published)
                }
            }
        }
    }

    @Test func noticesABackendThatStopsAndOneThatStarts() async throws {
        let script = Script(Self.answer(#"{"data":[{"id":"a"}]}"#))
        // Below the range from which the system gives ports to others.
        let port = Int.random(in: 20_000..<30_000)
        let service = try Self.service("inference:x", port: port)
        try await Self.probe([service]) { published in
            for _ in 0..<3 {
                try await withRawServer(port: port, serve: Self.serve(script)) { _ in
                    try await expect([LiveService(service: service, models: ["a"])], from: published)
                }
                try await expect([], from: published)
            }
        }
    }

    @Test func aBackendThatHangsIsDown() async throws {
        try await withRawServer(serve: { _ = await $0.readToEnd() }) { hanging in
            let script = Script(Self.answer(#"{"data":[{"id":"a"}]}"#))
            try await withRawServer(serve: Self.serve(script)) { port in
                let services = [
                    try Self.service("inference:hangs", port: hanging), try Self.service("inference:works", port: port),
                ]
                try await Self.probe(services, timeout: .milliseconds(500)) { published in
                    try await expect([LiveService(service: services[1], models: ["a"])], from: published)
                }
            }
        }
    }

    @Test func otherTypesNeedOnlyAnAnswer() async throws {
        let answer = Self.answer("", status: "405 Method Not Allowed")
        try await withRawServer { backend in
            #expect(try await backend.read(until: "\r\n\r\n").hasPrefix("GET / HTTP/1.1\r\n"))
            try await backend.write(answer)
            try await backend.close()
        } _: { port in
            let service = try Self.service("mcp:tools", port: port)
            try await Self.probe([service]) { published in
                try await expect([LiveService(service: service, models: [])], from: published)
            }
        }
    }

    /// What is published next.
    private func expect(
        _ expected: [LiveService], from published: Signal<[LiveService]>, after event: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let live = try await published.wait()
        #expect(live == expected, "\(event)", sourceLocation: sourceLocation)
    }

    /// What a backend answers at the moment.
    private final class Script: Sendable {
        private let state: Mutex<String?>

        init(_ answer: String) {
            state = Mutex(answer)
        }

        var answer: String? {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }
}

struct ModelListTests {
    private func models(_ json: String) -> [String]? { ModelList(json: Data(json.utf8))?.models }

    @Test(arguments: [
        (#"{"object":"list","data":[{"id":"a","object":"model"},{"id":"b"},{"id":"a"}]}"#, ["a", "b"]),
        (#"{"data":[]}"#, []), (#"{"models":[{"name":"llama3:8b","model":"x"}]}"#, ["llama3:8b"]),
        (#"["a","b"]"#, ["a", "b"]),
        (#"{"data":[{"id":"a\u0000"},{"id":""},{"id":"ok"}]}"#, ["ok"]),
    ])
    func readsLists(json: String, expected: [String]) {
        #expect(models(json) == expected)
    }

    @Test(arguments: ["", "x", "{}", "null", "1", "[1]", #"{"data":{}}"#, #"{"data":[{"name":1}]}"#, #"{"data":[[]]}"#])
    func refusesOthers(json: String) {
        #expect(models(json) == nil)
    }

    @Test func countsWhatIsLeftOut() throws {
        let names = (0..<1_100).map { "\"m\($0)\"" }.joined(separator: ",")
        let list = try #require(ModelList(json: Data("[\(names)]".utf8)))
        #expect(list.models.count == ServiceOffer.modelCapacity)
        #expect(list.omitted == 1_100 - ServiceOffer.modelCapacity)
    }
}

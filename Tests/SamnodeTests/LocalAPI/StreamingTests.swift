import Inference
import NIOCore
import Testing

@testable import samnode

struct StreamingTests {
    private static let request = APIHarness.rawRequest(#"{"model":"m","stream":true}"#)

    private func mesh(_ body: ControlledBody) -> TestMesh {
        TestMesh(providers: ["m": [TestMesh.provider(1)]]) { _, _, _ in .stream(body.stream) }
    }

    @Test func passesEachPartWhenItComes() async throws {
        let body = ControlledBody()
        try await APIHarness.run(mesh(body)) { api in
            try await RawConnection.connect(port: api.port) { client in
                try await client.write(Self.request)
                let head = try await client.read(until: "\r\n\r\n").lowercased()
                #expect(head.hasPrefix("http/1.1 200"))
                #expect(head.contains("x-accel-buffering: no"))
                #expect(head.contains("cache-control: no-cache"))
                #expect(head.contains("x-sam-route: relay"))
                #expect(head.contains("x-sam-hops: 2"))
                for number in 1...5 {
                    // The next part is sent only after the client has this one.
                    body.send("data: {\"n\":\(number)}\n\n")
                    _ = try await client.read(until: "data: {\"n\":\(number)}\n\n")
                }
                #expect(api.registry.exposition().contains("sam_node_requests_in_flight 1\n"))
                body.finish()
                _ = try await client.read(until: "0\r\n\r\n")
                // The connection can be used again.
                try await client.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await client.read(until: "OK\n")
            }
        }
    }

    @Test func aLostStreamEndsWithAnErrorEvent() async throws {
        for (sent, separator) in [("data: {}\n\n", ""), ("data: {}\n", "\n")] {
            let body = ControlledBody()
            try await APIHarness.run(mesh(body)) { api in
                try await RawConnection.connect(port: api.port) { client in
                    try await client.write(Self.request)
                    body.send(sent)
                    _ = try await client.read(until: sent)
                    body.finish(.disconnected("the host is gone"))
                    let rest = try await client.read(until: "0\r\n\r\n")
                    #expect(rest.contains("\r\n\(separator)data: {\"error\":{\"message\":\"the provider was lost"))
                    #expect(rest.contains("\"code\":\"upstream_disconnected\"}}\n\n"))
                    #expect(!rest.contains("[DONE]"))
                }
            }
        }
    }

    @Test func aLossWithinALineBreaksTheConnectionOff() async throws {
        for type in ["text/event-stream", "application/json"] {
            let body = ControlledBody()
            let mesh = TestMesh(providers: ["m": [TestMesh.provider(1)]]) { _, _, _ in .stream(body.stream, type: type)
            }
            try await APIHarness.run(mesh) { api in
                try await RawConnection.connect(port: api.port) { client in
                    try await client.write(Self.request)
                    body.send("{\"half")
                    _ = try await client.read(until: "{\"half")
                    body.finish(.disconnected("the host is gone"))
                    let rest = await client.readToEnd()
                    #expect(!rest.contains("0\r\n\r\n"), "a client must see that the answer is not complete")
                }
            }
        }
    }

    @Test func aClientThatLeavesBeforeTheFirstTokenCancels() async throws {
        let asked = Signal<Void>()
        let cancelled = Signal<Void>()
        let mesh = TestMesh(providers: ["m": [TestMesh.provider(1)]]) { _, _, _ in
            asked.send()
            try await withTaskCancellationHandler {
                try await Signal<Void>().wait(seconds: 60)
            } onCancel: {
                cancelled.send()
            }
            throw ExchangeFailure.cancelled
        }
        try await APIHarness.run(mesh) { api in
            for path in ["/v1/chat/completions", "/sam/\(TestMesh.peer(1))/inference/demo/v1/chat/completions"] {
                try await RawConnection.connect(port: api.port) { client in
                    let request = APIHarness.rawRequest(#"{"model":"m"}"#, path: path)
                    try await client.write(request.replacing("Authorization", with: "X-Sam-Authentication"))
                    try await asked.wait()
                    try await client.close()
                    try await cancelled.wait(seconds: 1)
                }
            }
        }
    }

    @Test func aClientThatLeavesBetweenTokensCancels() async throws {
        let body = ControlledBody()
        try await APIHarness.run(mesh(body)) { api in
            try await RawConnection.connect(port: api.port) { client in
                try await client.write(Self.request)
                body.send("data: {}\n\n")
                _ = try await client.read(until: "data: {}\n\n")
                try await client.close()
                // Nothing more is written, so only watching the connection can tell.
                try await body.gone.wait(seconds: 1)
            }
        }
    }

    @Test func aClientThatOnlyStopsSendingGetsAFastAnswer() async throws {
        try await APIHarness.run(TestMesh()) { api in
            let address = try SocketAddress(ipAddress: "127.0.0.1", port: api.port)
            try await RawConnection.connect(to: address) { client in
                try await client.write("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                try await client.stopSending()
                #expect(await client.readToEnd().hasSuffix("OK\n"))
            }
        }
    }

    @Test func aSlowReaderSlowsTheHostDown() async throws {
        let chunk = ByteBuffer(repeating: UInt8(ascii: "x"), count: 64 << 10)
        let progress = Signal<Int>()
        let body = PulledBody(chunk: chunk, limit: 4_096, produced: { progress.send($0) })
        let mesh = TestMesh(providers: ["m": [TestMesh.provider(1)]]) { _, _, _ in
            .stream(body, type: "application/octet-stream")
        }
        try await APIHarness.run(mesh) { api in
            try await RawConnection.connect(port: api.port) { client in
                try await client.write(Self.request)
                _ = try await client.read(until: "\r\n\r\n")
                // Reading nothing: production must come to rest far below the 256 MiB that the body has.
                var count = 0
                while let now = try? await progress.wait(seconds: 0.3) { count = now }
                #expect(count > 0)
                #expect(count * (64 << 10) < 16 << 20, "buffers of the system and of the server only")
            }
        }
    }

    @Test func anUploadFlowsWhileTheHostReads() async throws {
        let first = Signal<String>()
        let mesh = TestMesh { _, _, body in
            var text = ""
            for try await part in body {
                text += String(buffer: part)
                first.send(text)
            }
            return .complete("got \(text)")
        }
        try await APIHarness.run(mesh) { api in
            try await RawConnection.connect(port: api.port) { client in
                try await client.write(
                    "POST /sam/\(TestMesh.peer(1))/inference/demo/v1/audio HTTP/1.1\r\nHost: x\r\n"
                        + "X-Sam-Authentication: Bearer \(APIHarness.token)\r\nTransfer-Encoding: chunked\r\n\r\n")
                try await client.write("3\r\nabc\r\n")
                #expect(try await first.wait() == "abc", "before the upload is complete")
                try await client.write("3\r\ndef\r\n0\r\n\r\n")
                _ = try await client.read(until: "got abcdef")
                #expect(mesh.requests.first?.head.fields.first("content-length") == nil)
            }
        }
    }

    @Test func anUploadThatBreaksOffIsNotTakenAsComplete() async throws {
        let outcome = Signal<Bool>()
        let started = Signal<Void>()
        let mesh = TestMesh { _, _, body in
            do {
                for try await _ in body { started.send() }
                outcome.send(!Task.isCancelled)
            } catch {
                outcome.send(false)
            }
            return .complete("")
        }
        try await APIHarness.run(mesh) { api in
            for framing in ["Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "Content-Length: 10\r\n\r\nabc"] {
                try await RawConnection.connect(port: api.port) { client in
                    try await client.write(
                        "POST /sam/\(TestMesh.peer(1))/inference/demo/v1/audio HTTP/1.1\r\nHost: x\r\n"
                            + "X-Sam-Authentication: Bearer \(APIHarness.token)\r\n\(framing)")
                    try await started.wait()
                    try await client.stopSending()
                    #expect(try await outcome.wait() == false)
                }
            }
        }
    }

    @Test func aHostThatAnswersBeforeTheUploadEndsHarmsNobody() async throws {
        let mesh = TestMesh { _, _, _ in .complete("early", status: 413) }
        try await APIHarness.run(mesh) { api in
            try await RawConnection.connect(port: api.port) { client in
                try await client.write(
                    "POST /sam/\(TestMesh.peer(1))/inference/demo/v1/audio HTTP/1.1\r\nHost: x\r\n"
                        + "X-Sam-Authentication: Bearer \(APIHarness.token)\r\nContent-Length: 1000000\r\n\r\nabc")
                _ = try await client.read(until: "early")
                _ = await client.readToEnd()
            }
            #expect(try await api.request("GET", "/healthz").status == 200)
        }
    }

    @Test func answersExpectContinue() async throws {
        let mesh = TestMesh(providers: ["m": [TestMesh.provider(1)]]) { _, _, _ in .complete("done") }
        try await APIHarness.run(mesh) { api in
            try await RawConnection.connect(port: api.port) { client in
                let body = #"{"model":"m"}"#
                try await client.write(
                    "POST /v1/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(APIHarness.token)\r\n"
                        + "Expect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
                #expect(try await client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100"))
                try await client.write(body)
                _ = try await client.read(until: "done")
            }
        }
    }

    @Test func garbageIsRefusedAndOthersAreServed() async throws {
        try await APIHarness.run(TestMesh()) { api in
            for garbage in ["\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
                try await RawConnection.connect(port: api.port) { client in
                    try await client.write(garbage)
                    let answer = await client.readToEnd()
                    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"))
                }
            }
            #expect(try await api.request("GET", "/healthz").status == 200)
        }
    }
}

/// Parts that are made when they are read, and counted.
private struct PulledBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    let chunk: ByteBuffer
    let limit: Int
    let produced: @Sendable (Int) -> Void

    struct AsyncIterator: AsyncIteratorProtocol {
        let body: PulledBody
        var count = 0

        mutating func next() async throws -> ByteBuffer? {
            guard count < body.limit else { return nil }
            count += 1
            body.produced(count)
            return body.chunk
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }
}

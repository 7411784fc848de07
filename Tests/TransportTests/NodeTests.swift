import Gossip
import Inference
import NIOCore
import Overlay
import Synchronization
import Testing

@testable import Transport

/// Requests between nodes over real TCP on loopback.
struct NodeTests {
    private static let host = NodePlan(services: ["inference:demo"])

    /// A host and a caller that has it as its bootstrap.
    private func withPair(
        host: NodePlan = Self.host,
        _ body: @escaping @Sendable (_ caller: TestNode, _ host: TestNode) async throws -> Void
    ) async throws {
        try await TestMesh.run(host, NodePlan(bootstraps: [0], listens: false)) { nodes in
            try await nodes[1].waitForEntry(of: nodes[0])
            try await body(nodes[1], nodes[0])
        }
    }

    @Test func linkUp() async throws {
        try await withPair { caller, host in
            let (one, other) = (await caller.node.status(), await host.node.status())
            #expect(one.links == 1 && other.links == 1)
            #expect(one.listening.isEmpty && other.listening.count == 2)
            let link = try #require(await host.node.peers().first)
            #expect(link.peer == caller.id && link.isAdmitted && link.direction == .inbound)
            #expect(link.bytesReceived > 0 && link.bytesSent > 0)
            let candidates = await caller.node.candidates(model: "demo-model")
            #expect(candidates.map(\.host) == [host.id])
        }
    }

    @Test func anExchange() async throws {
        try await withPair { caller, host in
            let answer = try await caller.ask(host, [ByteBuffer(string: "one "), ByteBuffer(string: "two")])
            #expect(answer.head.status == 200 && answer.route == Route(hops: [host.id]))
            #expect(String(buffer: try await Parts.collect(answer.body)) == "one two")
            #expect(await host.node.status().counters.requestsServed == 1)
        }
    }

    @Test func throughARelay() async throws {
        let relay = NodePlan()
        let host = NodePlan(bootstraps: [0], listens: false, services: ["inference:demo"])
        let caller = NodePlan(bootstraps: [0], listens: false)
        try await TestMesh.run(relay, host, caller) { nodes in
            try await nodes[2].waitForEntry(of: nodes[1])
            let parts = Parts.numbered(64)
            let answer = try await nodes[2].ask(nodes[1], parts)
            #expect(answer.route == Route(hops: [nodes[0].id, nodes[1].id]))
            var expected = ByteBuffer()
            for part in parts { expected.writeImmutableBuffer(part) }
            let isSame = try await Parts.collect(answer.body) == expected
            #expect(isSame)
            #expect(await nodes[0].node.status().counters.circuitsRelayed == 1)
        }
    }

    @Test func ownService() async throws {
        try await withPair { _, host in
            let answer = try await host.ask(host, [ByteBuffer(string: "to myself")])
            #expect(answer.route == .local)
            #expect(String(buffer: try await Parts.collect(answer.body)) == "to myself")
        }
    }

    @Test func refusals() async throws {
        try await withPair { caller, host in
            await #expect(
                throws: ExchangeFailure.refused(status: 404, code: "service_not_found", message: "Service not found")
            ) {
                try await caller.node.exchange(
                    with: host.id, head: RequestHead(method: "GET", path: "/inference/absent/v1", fields: []),
                    body: Parts.of([]))
            }
        }
    }

    @Test("what the handler throws is told to the caller")
    func failures() async throws {
        struct Trouble: Error {}
        var plan = Self.host
        plan.handle = { request, respond in
            switch request.rest {
            case "/known":
                throw ServingFailure(code: "backend_unavailable", message: "the backend is down", isRetryable: true)
            case "/unknown":
                throw Trouble()
            case "/cut":
                try await respond.start(ResponseHead(status: 200, fields: []))
                try await respond.write(ByteBuffer(string: "part"))
                throw Trouble()
            default:
                return
            }
        }
        try await withPair(host: plan) { caller, host in
            func ask(_ rest: String) async throws -> Answer {
                try await caller.node.exchange(
                    with: host.id, head: RequestHead(method: "GET", path: "/inference/demo\(rest)", fields: []),
                    body: Parts.of([]))
            }
            await #expect(throws: ExchangeFailure.unreachable("the backend is down")) { try await ask("/known") }
            await #expect(throws: ExchangeFailure.failed(code: "bad_gateway", message: "the backend failed")) {
                try await ask("/unknown")
            }
            await #expect(
                throws: ExchangeFailure.failed(code: "bad_gateway", message: "the backend gave no complete answer")
            ) {
                try await ask("/silent")
            }
            let cut = try await ask("/cut")
            await #expect(throws: ExchangeFailure.failed(code: "bad_gateway", message: "the backend failed")) {
                try await Parts.collect(cut.body)
            }
        }
    }

    // MARK: Cancelling

    /// A handler that answers a head when told to, then waits until it is cancelled.
    private func endless(_ begun: Signal<Void>, _ cancelled: Signal<Void>, answers: Bool) -> NodePlan {
        var plan = Self.host
        plan.handle = { _, respond in
            if answers { try await respond.start(ResponseHead(status: 200, fields: [])) }
            begun.send(())
            await untilCancelled()
            cancelled.send(())
            throw CancellationError()
        }
        return plan
    }

    @Test func cancellingBeforeTheHeadReachesTheHandler() async throws {
        let (begun, cancelled) = (Signal<Void>(), Signal<Void>())
        try await withPair(host: endless(begun, cancelled, answers: false)) { caller, host in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await caller.ask(host) }
                try await begun.wait(for: "the request at the handler")
                group.cancelAll()
                try await cancelled.wait(for: "the handler's cancellation", .seconds(5))
                await #expect(throws: ExchangeFailure.cancelled) { try await group.waitForAll() }
            }
            #expect(await caller.node.calls.isEmpty)
        }
    }

    @Test func droppingTheAnswerCancelsTheHandler() async throws {
        let (begun, cancelled) = (Signal<Void>(), Signal<Void>())
        try await withPair(host: endless(begun, cancelled, answers: true)) { caller, host in
            _ = try await caller.ask(host)
            try await cancelled.wait(for: "the handler's cancellation", .seconds(5))
        }
    }

    @Test func cancellingTheReaderCancelsTheHandler() async throws {
        let (begun, cancelled) = (Signal<Void>(), Signal<Void>())
        try await withPair(host: endless(begun, cancelled, answers: true)) { caller, host in
            let answer = try await caller.ask(host)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await Parts.collect(answer.body) }
                group.cancelAll()
                try await cancelled.wait(for: "the handler's cancellation", .seconds(5))
                await #expect(throws: ExchangeFailure.cancelled) { try await group.waitForAll() }
            }
        }
    }

    @Test func aRequestBodyThatFailsCancelsTheHandler() async throws {
        struct Trouble: Error {}
        let ended = Signal<Bool>()
        var plan = Self.host
        plan.handle = { request, _ in
            do {
                for try await _ in request.body {}
                ended.send(true)
            } catch {
                ended.send(false)
                throw error
            }
        }
        try await withPair(host: plan) { caller, host in
            let body = AsyncThrowingStream<ByteBuffer, any Error> { input in
                input.yield(ByteBuffer(string: "part"))
                input.finish(throwing: Trouble())
            }
            await #expect(throws: Trouble.self) {
                try await caller.node.exchange(
                    with: host.id, head: RequestHead(method: "POST", path: "/inference/demo/x", fields: []), body: body)
            }
            let isComplete = try await ended.wait(for: "the handler's end", .seconds(5))
            #expect(!isComplete)
        }
    }

    // MARK: Back-pressure

    @Test func aReaderThatDoesNotReadStopsTheWriter() async throws {
        let written = Atomic<Int>(0)
        let parts = 512
        var plan = Self.host
        plan.services.append("inference:small")
        plan.handle = { request, respond in
            try await respond.start(ResponseHead(status: 200, fields: []))
            guard request.service.name == "demo" else { return try await respond.finish() }
            for part in Parts.numbered(parts) {
                try await respond.write(part)
                written.add(1, ordering: .relaxed)
            }
            try await respond.finish()
        }
        try await withPair(host: plan) { caller, host in
            let answer = try await caller.ask(host)
            // Small requests pass beside the stalled one; after them the writer has come as far as it can.
            var before = -1
            while written.load(ordering: .relaxed) != before {
                before = written.load(ordering: .relaxed)
                for _ in 0..<20 {
                    let small = try await caller.node.exchange(
                        with: host.id, head: RequestHead(method: "GET", path: "/inference/small", fields: []),
                        body: Parts.of([]))
                    _ = try await Parts.collect(small.body)
                }
            }
            #expect(before > 0 && before <= 3 * 16, "\(before) parts of 64 KiB")
            let whole = try await Parts.collect(answer.body)
            #expect(whole.readableBytes == parts * 64 * 1024)
            #expect(whole.getInteger(at: 200 * 64 * 1024, as: UInt8.self) == 200)
        }
    }

    @Test func partsThatAreLargerThanAllBuffers() async throws {
        var plan = Self.host
        plan.handle = { request, respond in
            var whole = ByteBuffer()
            for try await part in request.body { whole.writeImmutableBuffer(part) }
            try await respond.start(ResponseHead(status: 200, fields: []))
            for _ in 0..<4 { try await respond.write(whole) }
            try await respond.finish()
        }
        try await withPair(host: plan) { caller, host in
            let part = ByteBuffer(repeating: 7, count: 600_000)
            let answer = try await caller.ask(host, [part, part, part])
            let whole = try await Parts.collect(answer.body)
            #expect(whole.readableBytes == 4 * 3 * 600_000)
        }
    }

    @Test func aHandlerThatAnswersWithoutReadingTheRequest() async throws {
        var plan = Self.host
        plan.handle = { _, respond in
            try await respond.start(ResponseHead(status: 413, fields: []))
            try await respond.write(ByteBuffer(string: "too large"))
            try await respond.finish()
        }
        try await withPair(host: plan) { caller, host in
            let answer = try await within(.seconds(10), "the early answer") {
                try await caller.ask(host, Parts.numbered(128))
            }
            #expect(answer.head.status == 413)
            #expect(String(buffer: try await Parts.collect(answer.body)) == "too large")
        }
    }

    // MARK: Stopping

    @Test func stoppingLetsRunningRequestsFinish() async throws {
        let (begun, goOn) = (Signal<Void>(), Signal<Void>())
        var plan = Self.host
        plan.handle = { _, respond in
            try await respond.start(ResponseHead(status: 200, fields: []))
            begun.send(())
            try await goOn.wait(for: "the word to go on")
            for part in Parts.numbered(16) { try await respond.write(part) }
            try await respond.finish()
        }
        try await withPair(host: plan) { caller, host in
            let changes = await caller.node.catalogChanges()
            let answer = try await caller.ask(host)
            try await begun.wait(for: "the request at the handler")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await host.node.stop(drainingAtMost: .seconds(20)) }
                try await caller.waitForEnd(of: host, in: changes)
                goOn.send(())
                let whole = try await Parts.collect(answer.body)
                #expect(whole.readableBytes == 16 * 64 * 1024)
                try await group.waitForAll()
            }
            try await caller.log.wait(for: "this node is going away")
        }
    }

    @Test func stoppingDoesNotWaitForEver() async throws {
        let (begun, cancelled) = (Signal<Void>(), Signal<Void>())
        try await withPair(host: endless(begun, cancelled, answers: true)) { caller, host in
            let answer = try await caller.ask(host)
            try await within(.seconds(5), "stopping") {
                await host.node.stop(drainingAtMost: .milliseconds(100))
            }
            try await cancelled.wait(for: "the handler's cancellation", .seconds(5))
            await #expect(throws: ExchangeFailure.self) { try await Parts.collect(answer.body) }
        }
    }
}

/// Returns when the task is cancelled.
private func untilCancelled() async {
    let (stream, input) = AsyncStream.makeStream(of: Void.self)
    await withTaskCancellationHandler {
        for await _ in stream {}
    } onCancel: {
        input.finish()
    }
}

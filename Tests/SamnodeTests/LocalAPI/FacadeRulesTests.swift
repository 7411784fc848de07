import Gossip
import Inference
import NIOCore
import Overlay
import Testing

@testable import samnode

struct AttemptsTests {
    private let settings = FacadeSettings()

    private func attempts(_ count: UInt8) -> Attempts {
        Attempts(providers: (1...count).map { TestMesh.provider($0) }, settings: settings)
    }

    @Test func triesThreeOfFive() {
        var attempts = attempts(5)
        var asked: [PeerID] = []
        while let provider = attempts.next() {
            asked.append(provider.host)
            let verdict = attempts.record(.answered(status: 503))
            #expect(verdict == (asked.count < 3 ? .retry : .exhausted))
        }
        #expect(asked == [1, 2, 3].map(TestMesh.peer))
        #expect(attempts.wasCutShort)
    }

    @Test(arguments: [200, 400, 401, 403, 404, 422, 500, 501])
    func otherStatusesConclude(status: Int) {
        var attempts = attempts(2)
        #expect(attempts.next() != nil)
        #expect(attempts.record(.answered(status: status)) == .conclude)
    }

    @Test func onlyWhatCannotHaveRunIsRetried() {
        let retryable: [ExchangeFailure] = [.unreachable(""), .overloaded(retryAfter: .seconds(1))]
        let final: [ExchangeFailure] = [
            .refused(status: 403, code: "", message: ""), .timedOut(""), .disconnected(""), .cancelled,
            .protocolViolation(""),
        ]
        for failure in retryable + final {
            var attempts = attempts(2)
            _ = attempts.next()
            #expect(attempts.record(.failed(failure)) == (retryable.contains(failure) ? .retry : .conclude))
        }
    }

    @Test func everyoneBusyIsARateLimit() {
        var attempts = attempts(2)
        for seconds: UInt64 in [7, 3] {
            _ = attempts.next()
            _ = attempts.record(.failed(.overloaded(retryAfter: .seconds(seconds))))
        }
        let error = attempts.conclusion(model: "m")
        #expect(error.status == 429)
        #expect(error.code == "rate_limit_exceeded")
        #expect(error.retryAfterMilliseconds == 3_000)
    }

    @Test func busyAndDownIsUnavailable() {
        var attempts = attempts(2)
        _ = attempts.next()
        _ = attempts.record(.failed(.overloaded(retryAfter: .seconds(1))))
        _ = attempts.next()
        #expect(attempts.record(.failed(.unreachable("gone"))) == .exhausted)
        #expect(attempts.conclusion(model: "m").code == "no_available_provider")
    }
}

struct ProviderBackoffTests {
    @Test func failedOnesComeLastUntilTheirTimeIsOver() {
        var backoff = ProviderBackoff(settings: FacadeSettings())
        let providers = [TestMesh.provider(1), TestMesh.provider(2), TestMesh.provider(0)]
        let start = Instant(nanoseconds: 1_000)
        #expect(backoff.order(providers, at: start).map(\.host) == [0, 1, 2].map(TestMesh.peer))
        backoff.recordFailure(of: providers[0].key, at: start)
        backoff.recordFailure(of: providers[2].key, at: start)
        #expect(backoff.order(providers, at: start).map(\.host) == [2, 0, 1].map(TestMesh.peer))
        #expect(backoff.order(providers, at: start + .seconds(15)).map(\.host) == [0, 1, 2].map(TestMesh.peer))
        backoff.recordSuccess(of: providers[2].key)
        #expect(backoff.order(providers, at: start).map(\.host) == [0, 2, 1].map(TestMesh.peer))
    }

    @Test func fullOnesComeBehindTheOthersAndBeforeThoseThatFailed() {
        var backoff = ProviderBackoff(settings: FacadeSettings())
        var providers = [0, 1, 2, 3].map { TestMesh.provider($0) }
        providers[0].isFull = true
        providers[2].isFull = true
        backoff.recordFailure(of: providers[1].key, at: .zero)
        #expect(backoff.order(providers, at: .zero).map(\.host) == [3, 0, 2, 1].map(TestMesh.peer))
    }

    @Test func memoryIsBounded() {
        var settings = FacadeSettings()
        settings.backoffCapacity = 2
        var backoff = ProviderBackoff(settings: settings)
        for byte: UInt8 in 1...3 { backoff.recordFailure(of: TestMesh.provider(byte).key, at: .zero) }
        #expect((1...3).map { backoff.isBackingOff(TestMesh.provider($0).key, at: .zero) } == [false, true, true])
    }
}

struct ModelMemoryTests {
    @Test func remembersForAWhile() {
        var settings = FacadeSettings()
        settings.modelMemoryCapacity = 2
        var memory = ModelMemory(settings: settings)
        memory.record("a", at: .zero)
        #expect(memory.remembers("a", at: .zero + .minutes(9)))
        #expect(!memory.remembers("a", at: .zero + .minutes(10)))
        memory.record("b", at: .zero)
        memory.record("c", at: .zero)
        #expect(["a", "b", "c"].map { memory.remembers($0, at: .zero) } == [false, true, true])
    }
}

struct HeaderRulesTests {
    private func names(_ fields: [HeaderField]) -> [String] { fields.map(\.name) }

    @Test func connectionFieldsStay() {
        let fields = [
            ("Host", "x"), ("Connection", "close, X-Hop"), ("X-Hop", "1"), ("Keep-Alive", "1"), ("TE", "trailers"),
            ("Transfer-Encoding", "chunked"), ("Upgrade", "h2c"), ("X-Sam-Agent", "a"), ("Expect", "100-continue"),
            ("Content-Type", "t"), ("X-Other", "o"), ("Accept-Encoding", "gzip"),
        ].map { HeaderField(name: $0.0, value: $0.1) }
        #expect(names(HeaderRules.forwardedRequest(fields)) == ["Content-Type", "X-Other", "Accept-Encoding"])
    }

    @Test func framingSurvivesAConnectionFieldThatListsIt() {
        let fields = [("connection", "content-length"), ("content-length", "3")].map {
            HeaderField(name: $0.0, value: $0.1)
        }
        #expect(names(HeaderRules.forwardedResponse(fields)) == ["content-length"])
    }
}

struct RequestIDTests {
    @Test(arguments: [
        ("abc-123", true), ("req_1.2:3/4=5+6", true), ("", false), ("a b", false), ("a\nb", false), ("ü", false),
        (String(repeating: "a", count: 128), true), (String(repeating: "a", count: 129), false),
    ])
    func keepsOnlySaneOnes(proposed: String, isKept: Bool) {
        let chosen = RequestID.choose(proposed).text
        #expect((chosen == proposed) == isKept)
        #expect(isKept || (chosen.hasPrefix("req_") && chosen.count == 36))
    }
}

struct EventBoundaryTests {
    @Test(arguments: [
        ("", EventBoundary.Position.betweenEvents), ("data: x\n\n", .betweenEvents), ("data: x\n", .betweenLines),
        ("data: x", .inLine), ("data: x\r\n\r\n", .betweenEvents), ("data: x\r\n", .betweenLines),
        ("\n", .betweenEvents),
        ("data: x\n\ndata: y", .inLine), (": keep-alive\n\n", .betweenEvents),
    ])
    func followsLines(text: String, expected: EventBoundary.Position) {
        var whole = EventBoundary()
        whole.advance(over: ByteBuffer(string: text).readableBytesView)
        #expect(whole.position == expected)
        var bytewise = EventBoundary()
        for byte in text.utf8 { bytewise.advance(over: ByteBuffer(bytes: [byte]).readableBytesView) }
        #expect(bytewise.position == expected)
    }
}

struct MultipartScannerTests {
    private static let body =
        "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"model\"\r\n\r\n\u{0}\u{1}--\r\n"
        + "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n--B--\r\n"

    @Test func findsTheModel() {
        #expect(MultipartScanner.boundary(contentType: "multipart/form-data; boundary=\"B\"") == "B")
        #expect(MultipartScanner.boundary(contentType: "application/json") == nil)
        let scanner = MultipartScanner(boundary: "B")
        #expect(scanner.field("model", in: ByteBuffer(string: Self.body).readableBytesView) == "whisper-1")
        #expect(scanner.field("other", in: ByteBuffer(string: Self.body).readableBytesView) == nil)
    }

    @Test func truncatedBodiesHaveNoModelOrTheWholeOne() {
        let bytes = Array(Self.body.utf8)
        let scanner = MultipartScanner(boundary: "B")
        for count in 0...bytes.count {
            let found = scanner.field("model", in: ByteBuffer(bytes: bytes[..<count]).readableBytesView)
            #expect(found == nil || found == "whisper-1")
        }
    }
}

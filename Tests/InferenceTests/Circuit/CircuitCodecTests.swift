import Gossip
import Overlay
import Testing

@testable import Inference

struct CircuitCodecTests {
    private static let fields = [
        HeaderField(name: "Content-Type", value: "text/event-stream"), .init(name: "x", value: ""),
    ]

    private static let records: [CircuitRecord] = [
        .request(RequestHead(method: "POST", path: "/inference/demo/v1?x=%20", fields: fields)),
        .request(RequestHead(method: "", path: "", fields: [])),
        .response(ResponseHead(status: 200, fields: fields)),
        .response(ResponseHead(status: 599, fields: [])),
        .refusal(status: 403, code: "not_granted", message: "no grant – ü"),
        .failure(ServingFailure(code: "busy", message: "later", isRetryable: true, retryAfter: .milliseconds(1_500))),
        .failure(ServingFailure(code: "bad_gateway", message: "", isRetryable: false)),
        .end,
    ]

    private static func load() throws -> CircuitRecord {
        .load(ServiceLoad(service: try #require(ServiceName("inference:demo")), running: 3, slots: nil))
    }

    @Test func recordsComeBackAsTheyWere() throws {
        for record in try Self.records + [Self.load(), .body(Bytes(bytes: [1, 2, 3])), .body(Bytes())] {
            let bytes = record.encode()
            #expect(CircuitRecord(decoding: bytes)?.encode() == bytes)
        }
        guard case .request(let head) = CircuitRecord(decoding: Self.records[0].encode()) else {
            return #expect(Bool(false), "another record came out")
        }
        #expect(head == RequestHead(method: "POST", path: "/inference/demo/v1?x=%20", fields: Self.fields))
        guard case .failure(let failure) = CircuitRecord(decoding: Self.records[5].encode()) else {
            return #expect(Bool(false), "another record came out")
        }
        #expect(failure.retryAfter == .milliseconds(1_500) && failure.isRetryable)
    }

    @Test func truncatedAndLongerRecordsAreNone() throws {
        for record in try Self.records + [Self.load()] {
            let bytes = record.encode().array
            for beginning in Fuzz.truncations(bytes) {
                #expect(CircuitRecord(decoding: Bytes(bytes: beginning)) == nil)
            }
            #expect(CircuitRecord(decoding: Bytes(bytes: bytes + [0])) == nil)
        }
    }

    @Test func valuesOutOfBoundsAreNone() {
        #expect(CircuitRecord(decoding: CircuitRecord.response(ResponseHead(status: 99, fields: [])).encode()) == nil)
        #expect(CircuitRecord(decoding: CircuitRecord.response(ResponseHead(status: 600, fields: [])).encode()) == nil)
        #expect(CircuitRecord(decoding: CircuitRecord.refusal(status: 200, code: "", message: "").encode()) == nil)
        let many = (0..<129).map { HeaderField(name: "\($0)", value: "") }
        #expect(
            CircuitRecord(decoding: CircuitRecord.response(ResponseHead(status: 200, fields: many)).encode()) == nil)
        #expect(CircuitRecord(decoding: Bytes(bytes: [99])) == nil)
    }

    @Test func garbageAndFlippedBitsAreRecordsOrNone() {
        let seed: UInt64 = 4
        print("seed \(seed)")
        var random = RandomSource(seed: seed)
        for round in 0..<20_000 {
            let bytes =
                round % 2 == 0
                ? [UInt8(random.below(8))] + random.bytes(random.below(120))
                : Fuzz.flipped(Self.records[random.below(Self.records.count)].encode().array, random: &random)
            guard let record = CircuitRecord(decoding: Bytes(bytes: bytes)) else { continue }
            let again = record.encode()
            #expect(CircuitRecord(decoding: again)?.encode() == again)
        }
    }

    @Test func openings() throws {
        let open = CircuitOpen(hopsLeft: 3, target: try AuthorizationFixture.peer(8))
        let bytes = open.encode().array
        #expect(bytes.count == CircuitOpen.length)
        var rest = Bytes(bytes: bytes + [1, 2])
        guard case .open(open) = CircuitOpen.parse(&rest) else { return #expect(Bool(false), "not an opening") }
        #expect(rest.array == [1, 2])
        for beginning in Fuzz.truncations(bytes) {
            var partial = Bytes(bytes: beginning)
            guard case .needsMore = CircuitOpen.parse(&partial) else { return #expect(Bool(false), "\(beginning)") }
            #expect(partial.array == beginning)
        }
        var wrong = Bytes(bytes: [2] + bytes.dropFirst())
        guard case .malformed = CircuitOpen.parse(&wrong) else { return #expect(Bool(false), "version 2 was taken") }
    }

    @Test func statuses() {
        let status = CircuitStatus(code: .busy, retryAfter: .milliseconds(70_000))
        let bytes = status.encode().array
        #expect(bytes.count == CircuitStatus.length)
        var rest = Bytes(bytes: bytes + [7])
        guard case .status(let parsed) = CircuitStatus.parse(&rest) else { return #expect(Bool(false), "no status") }
        #expect(parsed.code == .busy && parsed.retryAfter == .seconds(70) && rest.array == [7])
        for beginning in Fuzz.truncations(bytes) {
            var partial = Bytes(bytes: beginning)
            guard case .needsMore = CircuitStatus.parse(&partial) else { return #expect(Bool(false), "\(beginning)") }
        }
        var unknown = Bytes(bytes: [200, 0, 0, 0, 0])
        guard case .malformed = CircuitStatus.parse(&unknown) else { return #expect(Bool(false), "code 200 was taken") }
        let endless = CircuitStatus(code: .busy, retryAfter: TimeSpan(nanoseconds: .max)).encode()
        #expect(endless.readableBytes == CircuitStatus.length)
    }

    @Test(
        "service paths",
        arguments: [
            ("/inference/demo", "inference:demo", ""), ("/inference/demo/", "inference:demo", "/"),
            ("/mcp/a.b/x?y=/z", "mcp:a.b", "/x?y=/z"), ("/a2a/n?q", "a2a:n", "?q"),
        ])
    func servicePaths(path: String, service: String, rest: String) throws {
        let parsed = try ServicePath(parsing: path)
        #expect(parsed.service.description == service && parsed.rest == rest)
    }

    @Test(arguments: [
        "", "/", "inference/demo", "/inference", "/inference/", "/inference//x", "/inference/a b", "/inference/%20",
    ])
    func pathsOfNoService(path: String) {
        #expect(throws: ServicePath.Refusal.path) { try ServicePath(parsing: path) }
    }

    @Test func pathsOfNoType() {
        for path in ["//x", "/none/x", "/Inference/x"] {
            #expect(throws: ServicePath.Refusal.serviceType) { try ServicePath(parsing: path) }
        }
    }
}

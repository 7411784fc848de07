import Testing

@testable import samnode

struct RequestScannerTests {
    private static let accepted: [(json: String, model: String, stream: Bool)] = [
        (#"{"model":"m"}"#, "m", false),
        (#" { "model" : "a/b:c" , "stream" : true } "#, "a/b:c", true),
        (#"{"stream":false,"model":"m"}"#, "m", false),
        (#"{"stream":null,"model":"m"}"#, "m", false),
        (#"{"stream":"true","model":"m"}"#, "m", false),
        (#"{"messages":[{"model":"no","content":"}]\"{[\\"}],"model":"yes"}"#, "yes", false),
        (#"{"tools":{"model":"no","stream":true},"model":"yes"}"#, "yes", false),
        (#"{"mod\u0065l":"\u0041\ud83d\ude00\n\/"}"#, "A😀\n/", false),
        (#"{"temperature":-1.5e+3,"n":1,"model":"ü","logprobs":true}"#, "ü", false),
        (#"{"a":{},"b":[],"c":[[],{}],"model":"m","stream":true}"#, "m", true),
    ]

    private static let refused: [(json: String, error: RequestScanError)] = [
        ("", .notAnObject), ("[]", .notAnObject), ("\"model\"", .notAnObject), ("null", .notAnObject),
        ("{", .truncated), (#"{"model":"m""#, .truncated), (#"{"model":"m"#, .truncated),
        ("{}", .missingModel), (#"{"Model":"m"}"#, .missingModel),
        (#"{"model":1}"#, .modelNotText), (#"{"model":null}"#, .modelNotText), (#"{"model":["m"]}"#, .modelNotText),
        (#"{"model":""}"#, .modelNotText), (#"{"model":"a","model":"b"}"#, .repeatedModel),
        (#"{"model":"m"}x"#, .malformed(offset: 13)), (#"{"model":"m",}"#, .malformed(offset: 13)),
        (#"{model:"m"}"#, .malformed(offset: 1)), (#"{"model" "m"}"#, .malformed(offset: 9)),
        (#"{"a":[}],"model":"m"}"#, .malformed(offset: 6)), (#"{"a":nope,"model":"m"}"#, .malformed(offset: 9)),
        (#"{"model":"\q"}"#, .malformed(offset: 12)), (#"{"model":"\ud800"}"#, .malformed(offset: 16)),
        ("{\"model\":\"a\nb\"}", .malformed(offset: 11)),
    ]

    private func scan(_ bytes: [UInt8], pieces: Int) -> Result<RequestSummary, RequestScanError> {
        var scanner = RequestScanner()
        do throws(RequestScanError) {
            var rest = bytes[...]
            while !rest.isEmpty {
                try scanner.feed(rest.prefix(pieces))
                rest = rest.dropFirst(pieces)
            }
            return .success(try scanner.finish())
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: [1, 2, 7, 1_000])
    func readsModelAndStream(pieces: Int) {
        for (json, model, stream) in Self.accepted {
            #expect(scan(Array(json.utf8), pieces: pieces) == .success(RequestSummary(model: model, stream: stream)))
        }
    }

    @Test(arguments: [1, 1_000])
    func refusesOtherBodies(pieces: Int) {
        for (json, error) in Self.refused {
            #expect(scan(Array(json.utf8), pieces: pieces) == .failure(error), "\(json)")
        }
    }

    @Test func everyTruncationIsAnError() {
        for (json, _, _) in Self.accepted {
            let bytes = Array(json.utf8)
            let last = bytes.lastIndex(of: UInt8(ascii: "}")) ?? 0
            for count in 0...last {
                guard case .failure = scan(Array(bytes[..<count]), pieces: 3) else {
                    Issue.record("\(count) bytes of \(json) were accepted")
                    continue
                }
            }
        }
    }

    @Test func randomChangesNeverTrap() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SplitMix(state: seed)
        for round in 0..<20_000 {
            var bytes = Array(Self.accepted[round % Self.accepted.count].json.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            let whole = scan(bytes, pieces: 1_000)
            #expect(scan(bytes, pieces: 1) == whole)
        }
    }

    @Test func nestingIsLimited() {
        let limit = FacadeSettings().nestingLimit
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (#"{"a":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
                    + #","model":"m"}"#).utf8)
        }
        #expect(scan(nested(limit), pieces: 100) == .success(RequestSummary(model: "m", stream: false)))
        #expect(scan(nested(limit + 1), pieces: 100) == .failure(.tooDeep(limit: limit)))
    }

    @Test func longNamesAreRefused() {
        let limit = FacadeSettings().modelNameCapacity
        func named(_ length: Int) -> [UInt8] { Array("{\"model\":\"\(String(repeating: "m", count: length))\"}".utf8) }
        #expect(scan(named(limit + 1), pieces: 100) == .failure(.modelTooLong(limit: limit)))
        guard case .success = scan(named(limit), pieces: 100) else {
            Issue.record("a name of the longest length was refused")
            return
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014), to repeat a random test from its seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

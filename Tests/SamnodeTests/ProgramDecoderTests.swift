import Foundation
import Fuzzing
import NIOCore
import Overlay
import Testing

@testable import samnode

/// What the program itself reads from outside: files, requests of agents, answers of backends, arguments. A program cannot be
/// imported by `fuzz`, so that these are tried here; `SAMNODE_FUZZ_ROUNDS` sets how many inputs each gets.
@Suite struct ProgramDecoderTests {
    private static let seed: UInt64 = 20_261_129
    private static let rounds = ProcessInfo.processInfo.environment["SAMNODE_FUZZ_ROUNDS"].flatMap(UInt64.init) ?? 2_000

    @Test(arguments: targets.map(\.name)) func nothingBreaks(name: String) throws {
        let target = try #require(Self.targets.first { $0.name == name })
        let run = FuzzRun(target, seed: Self.seed)
        var accepted = 0
        for round in 0..<Self.rounds {
            switch run.attempt(run.input(of: round)) {
            case .accepted: accepted += 1
            case .refused: continue
            case .broken(let text): Issue.record("\(name), seed \(Self.seed), round \(round): \(text)")
            }
        }
        print("\(name): seed \(Self.seed), \(accepted) of \(Self.rounds) accepted")
        #expect(accepted > 0, "\(name)")
    }

    private static let targets: [FuzzTarget] = [
        .text(
            "configuration", "sam-node.yaml", samples: [configuration],
            words: ["- ", ": ", "{", "}", "\n", "  ", "target_url: ", "libp2p: true", "~"],
            read: { try ConfigurationFile.decode(Array($0.utf8), file: "f") }),
        .decoder("request-body", "an agent's request", form: .text, samples: bodies, words: jsonWords) { bytes in
            var scanner = RequestScanner()
            try scanner.feed(bytes)
            return try scanner.finish()
        },
        .decoder("multipart", "an agent's upload", form: .text, samples: [Array(multipart.utf8)]) { bytes in
            let body = ByteBuffer(bytes: bytes)
            return try FuzzTarget.require(MultipartScanner(boundary: "B").field("model", in: body.readableBytesView))
        },
        .text(
            "multipart-boundary", "the type of an upload", samples: ["multipart/form-data; boundary=\"B\"; a=b"],
            words: [";", "=", "\"", "boundary="],
            read: { try FuzzTarget.require(MultipartScanner.boundary(contentType: $0)) }),
        .codec(
            "json-text", "a string in JSON", form: .text, samples: [Array("a\\n\\u00e9\\ud83d\\ude00é".utf8)],
            words: jsonWords,
            decode: { try FuzzTarget.require(JSONText.decode($0)) },
            encode: { Array(JSONText.encode($0).utf8.dropFirst().dropLast()) }),
        .text(
            "request-target", "the path of a request to the local API",
            samples: ["/v1/chat/completions?model=a%2Fb", "/sam/node/find?topic=x&wanted=3"],
            words: ["/", "?", "&", "=", "%", "%ff", "sam", "v1", "+"],
            read: {
                let target = try FuzzTarget.require(RequestTarget($0))
                _ = (target.segments, target.parameter("model"), APIRoute(target, method: "GET"))
            }),
        .decoder("model-list", "a backend's models", form: .text, samples: [Array(models.utf8)], words: jsonWords) {
            try FuzzTarget.require(ModelList(json: Data($0)))
        },
        .text(
            "backend-url", "the address of a backend", samples: ["http://localhost:4000/v1", "https://[::1]:8443"],
            words: ["http://", "https://", ":", "/", "@", "[", "]", "65536", "unix:"], read: { try BackendURL(text: $0) }),
        .text(
            "revocation-lines", "files of revocations", samples: ["# a\nsam-revocation:AQIDBA\n\nsam-revocation:_-8\n"],
            words: ["sam-revocation:", "\n", "#", "=", "-", "_"],
            read: {
                let text = RevocationText(Array($0.utf8))
                guard text.damaged.isEmpty else { throw Damaged() }
                return text.statements
            }, write: { $0.map { RevocationText.line($0) + "\n" }.joined() }),
        .text(
            "time", "lengths of time", samples: ["90m", "1h30m", "30d", "3650d"],
            words: ["d", "h", "m", "s", "0", "9", "18446744073709551615"],
            read: { try FuzzTarget.require(TimeText.parse($0)) }),
        .text(
            "listen-address", "where the local API listens", samples: ["127.0.0.1:8080", "[::1]:0"],
            words: [":", "[", "]", "65536", "localhost"], read: { try ListenAddress($0) }),
    ]

    private struct Damaged: Error {}

    private static let configuration = """
        version: "v1alpha1"
        labels: {region: us-east-1, "gpu": 8}
        services:
          - type: inference
            name: a.b
            target_url: "http://localhost:4000" # comment
        attenuation:
          checks:
            - 'check if group("research");'
        """
    private static let bodies = [
        "{\"model\": \"openai/gpt-5\", \"stream\": true, \"messages\": [{\"role\": \"user\", \"content\": \"a \\\"b\\\"\"}]}",
        "{\"stream\":false,\"temperature\":1e-3,\"x\":{\"model\":\"no\"},\"model\":\"\\u00e9\"}",
    ].map { Array($0.utf8) }
    private static let jsonWords = ["\"", "\\", "\\u", "\\ud800", "{", "}", "[", "]", ":", ",", "null", "true", "1e9"]
        .map { Array($0.utf8) }
    private static let models = "{\"object\":\"list\",\"data\":[{\"id\":\"a\"},{\"id\":\"b\",\"owned_by\":\"x\"}]}"
    private static let multipart =
        "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n--B\r\nContent-Disposition: form-data; "
        + "name=\"file\"; filename=\"a\"\r\n\r\n\u{1}\u{2}\r\n--B--\r\n"
}

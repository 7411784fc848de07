import Overlay
import Testing
import YAML

@testable import samnode

/// Whatever the file says, decoding ends with a configuration or with problems at places of the file.
@Suite struct ConfigurationFuzzTests {
    private static let seed: UInt64 = 20_260_304
    private static let sample = """
        version: "v1alpha1"
        labels: {region: us-east-1, "gpu": 8}
        services:
          - type: mcp
            name: tools
            command: ["npx", '-y', server]
            env: {A: b}
          - type: inference
            name: a.b
            target_url: "http://localhost:4000" # comment
        attenuation:
          checks:
            - 'check if group("research");'
        """
    private static let fragments = ["- ", ": ", "{", "}", "[", "]", "'", "\"", "\n", "  ", "~", "\\", "\0", "é", "1"]

    @Test func theSampleIsInOrder() throws {
        _ = try ConfigurationFile.decode(Array(Self.sample.utf8), file: "f")
    }

    @Test func damagedFilesNeverCrash() {
        var random = RandomSource(seed: Self.seed)
        print("configuration damage: seed \(Self.seed)")
        for _ in 0..<2_000 {
            var bytes = Array(Self.sample.utf8)
            for _ in 0...random.below(4) { Self.damage(&bytes, &random) }
            check(bytes)
        }
    }

    @Test func everyPrefixIsReadOrRefused() {
        let bytes = Array(Self.sample.utf8)
        for length in bytes.indices { check(Array(bytes[..<length])) }
    }

    private static func damage(_ bytes: inout [UInt8], _ random: inout RandomSource) {
        let place = random.below(bytes.count)
        switch random.below(3) {
        case 0: bytes[place] = UInt8(random.below(256))
        case 1: bytes.remove(at: place)
        default: bytes.insert(contentsOf: fragments[random.below(fragments.count)].utf8, at: place)
        }
    }

    private func check(_ bytes: [UInt8]) {
        do throws(YAMLFileError) {
            _ = try ConfigurationFile.decode(bytes, file: "f")
        } catch {
            #expect(!error.problems.isEmpty)
            #expect(error.problems.allSatisfy { $0.mark.line >= 1 && $0.mark.column >= 1 && !$0.message.isEmpty })
        }
    }
}

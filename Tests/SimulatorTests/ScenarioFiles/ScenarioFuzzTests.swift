import Overlay
import Testing
import YAML

@testable import Simulator

/// Whatever the text is, reading ends with a scenario that can be run or with problems.
struct ScenarioFuzzTests {
    private static let seed: UInt64 = 20_260_917
    private static let fragments = [
        "- ", ": ", "{", "}", "[", "]", "'", "\"", "\n", "  ", "~", "%", "/", "-", "0", "9999999999", "all", "é", "\0",
    ]

    @Test func damagedFilesNeverCrash() {
        var random = RandomSource(seed: Self.seed)
        print("scenario damage: seed \(Self.seed)")
        for _ in 0..<1_000 {
            var bytes = Array(everything.utf8)
            for _ in 0...random.below(4) { Self.damage(&bytes, &random) }
            check(bytes)
        }
    }

    @Test func everyPrefixIsReadOrRefused() {
        let bytes = Array(everything.utf8)
        for length in bytes.indices { check(Array(bytes[..<length])) }
    }

    @Test func damagedOptionsNeverCrash() {
        var random = RandomSource(seed: Self.seed + 1)
        print("option damage: seed \(Self.seed + 1)")
        for _ in 0..<500 {
            var bytes = Array("faults.1.nodes={share: 1/3, salt: 2}".utf8)
            for _ in 0...random.below(4) { Self.damage(&bytes, &random) }
            check(Array(everything.utf8), options: [String(decoding: bytes, as: UTF8.self)])
        }
    }

    private static func damage(_ bytes: inout [UInt8], _ random: inout RandomSource) {
        let place = random.below(bytes.count)
        switch random.below(3) {
        case 0: bytes[place] = UInt8(random.below(256))
        case 1: bytes.remove(at: place)
        default: bytes.insert(contentsOf: fragments[random.below(fragments.count)].utf8, at: place)
        }
        if bytes.isEmpty { bytes = [0x0a] }
    }

    private func check(_ bytes: [UInt8], options: [String] = []) {
        do throws(YAMLFileError) {
            let scenario = try ScenarioFile.read(
                bytes, file: "f", settings: SettingOptions(options), reader: oneMatrix)
            let plan = scenario.plan
            #expect(plan.nodes >= 1 && (1...plan.nodes).contains(plan.bootstraps) && plan.joinWindow <= plan.duration)
            #expect(plan.faults.allSatisfy { $0.start < $0.end ?? plan.duration })
            #expect(!scenario.explanation.isEmpty)
        } catch {
            #expect(!error.problems.isEmpty && error.problems.allSatisfy { !$0.message.isEmpty })
        }
    }
}

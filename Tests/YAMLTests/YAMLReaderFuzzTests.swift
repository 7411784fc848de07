import Overlay
import Testing
import YAML

/// Whatever the bytes are, the reader ends with a tree or with problems, within its bounds.
@Suite struct YAMLReaderFuzzTests {
    private static let seed: UInt64 = 20_260_301
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
          rules: |
            text
        """
    private static let fragments = [
        "- ", "? ", ": ", "{", "}", "[", "]", "&a ", "*a", "!t ", "|", ">", "'", "\"", "\n", "\t", "  ", "#", "---\n",
        "...\n", "%YAML 1.1\n", "~", "\\", "\0", "é", "\u{2028}",
    ]

    @Test func damagedFilesNeverCrash() {
        var random = RandomSource(seed: Self.seed)
        print("YAML damage: seed \(Self.seed)")
        for _ in 0..<3_000 {
            var bytes = Array(Self.sample.utf8)
            for _ in 0...random.below(4) { Self.damage(&bytes, &random) }
            check(bytes)
        }
    }

    @Test func randomBytesNeverCrash() {
        var random = RandomSource(seed: Self.seed + 1)
        print("YAML garbage: seed \(Self.seed + 1)")
        for _ in 0..<2_000 { check(random.bytes(random.below(300))) }
    }

    @Test func randomTokensNeverCrash() {
        var random = RandomSource(seed: Self.seed + 2)
        print("YAML tokens: seed \(Self.seed + 2)")
        for _ in 0..<3_000 {
            let text = (0..<random.below(40)).map { _ in Self.fragments[random.below(Self.fragments.count)] }.joined()
            check(Array(text.utf8))
        }
    }

    @Test func everyPrefixIsReadOrRefused() {
        let bytes = Array(Self.sample.utf8)
        for length in bytes.indices { check(Array(bytes[..<length])) }
    }

    @Test func textMadeToExhaustIsRefusedSoon() {
        for text in ["[", "{", "- ", "? ", "&a [", "{a: ", "'", "!", "%"] {
            check(Array(String(repeating: text, count: 200 * 1024 / text.utf8.count).utf8))
        }
    }

    private static func damage(_ bytes: inout [UInt8], _ random: inout RandomSource) {
        let place = random.below(bytes.count)
        switch random.below(4) {
        case 0: bytes[place] = UInt8(random.below(256))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: fragments[random.below(fragments.count)].utf8, at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + random.below(20) + 1))
        }
        if bytes.isEmpty { bytes = [0x0a] }
    }

    private func check(_ bytes: [UInt8]) {
        let document = YAMLReader.read(bytes)
        if document.root == nil, document.problems.isEmpty {
            let meaningless = bytes.isEmpty || YAMLReader.read(bytes + Array("\n".utf8)).problems.isEmpty
            #expect(meaningless, "neither a tree nor a problem")
        }
        #expect(document.problems.allSatisfy { $0.mark.line >= 1 && $0.mark.column >= 1 })
        if let root = document.root { #expect(depth(root) <= YAMLReader.Settings().maximumDepth + 1) }
    }

    private func depth(_ node: YAMLNode) -> Int {
        switch node.content {
        case .text, .null, .unreadable: 1
        case .list(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .mapping(let entries): 1 + (entries.map { depth($0.value) }.max() ?? 0)
        }
    }
}

import Testing

@testable import YAML

@Suite struct NearestNameTests {
    private let known = ["type", "name", "description", "target_url", "command", "env"]

    @Test(arguments: [
        ("targetUrl", "target_url"), ("target-url", "target_url"), ("nmae", "name"), ("Type", "type"),
        ("descripton", "description"), ("comand", "command"), ("enc", "env"),
    ])
    func slipsAreRecognized(_ name: String, _ meant: String) {
        #expect(NearestName.of(name, among: known) == meant)
    }

    @Test(arguments: ["zebra", "", "url", "x"])
    func otherWordsAreNot(_ name: String) {
        #expect(NearestName.of(name, among: known) == nil)
    }

    @Test func aVeryLongNameCostsNothing() {
        #expect(NearestName.of(String(repeating: "x", count: 100_000), among: known) == nil)
    }

    @Test(arguments: [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("ab", "ba", 1), ("abc", "abc", 0)])
    func distances(_ left: String, _ right: String, _ distance: Int) {
        #expect(NearestName.editDistance(Array(left), Array(right)) == distance)
        #expect(NearestName.editDistance(Array(right), Array(left)) == distance)
    }
}

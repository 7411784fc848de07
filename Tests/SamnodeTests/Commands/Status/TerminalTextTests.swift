import Testing

@testable import samnode

struct TerminalTextTests {
    @Test func textOfOthersCannotMoveTheCursor() {
        #expect(TerminalText.printable("a\u{1B}[2Jb") == "a\\u{1b}[2Jb")
        #expect(TerminalText.printable("a\nb\tc\rd") == "a\\u{a}b\\u{9}c\\u{d}d")
        #expect(TerminalText.printable("right\u{202E}left") == "right\\u{202e}left")
        #expect(TerminalText.printable("grüße 日本") == "grüße 日本")
    }

    @Test func answersKeepTheirLinesOnly() {
        #expect(TerminalText.printableLines("a\n\tb\u{1B}[0m\n") == "a\n\tb\\u{1b}[0m\n")
        #expect(TerminalText.printableLines("") == "")
        #expect(TerminalText.printableLines("\n") == "\n")
    }

    @Test func peersAreShortUnlessWide() {
        let peer = "12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8"
        #expect(TerminalText.peer(peer, isWide: false) == "12D3…ZhtG2hJ8")
        #expect(TerminalText.peer(peer, isWide: true) == peer)
        #expect(TerminalText.peer("short", isWide: false) == "short")
        #expect(TerminalText.peer("", isWide: false) == "")
    }

    @Test(
        arguments: [
            (0, "0 s"), (0.9, "0 s"), (61, "1 min 1 s"), (90_000, "1 day 1 h"), (-1, "?"), (.nan, "?"),
            (.infinity, "?"),
        ] as [(Double, String)])
    func durations(seconds: Double, words: String) {
        #expect(TerminalText.duration(seconds: seconds) == words)
    }

    @Test func hugeDurationsDoNotTrap() {
        #expect(TerminalText.duration(seconds: .greatestFiniteMagnitude).contains("days"))
    }

    @Test(
        arguments: [
            (0, "0.0 ms"), (0.44, "0.4 ms"), (9.96, "10.0 ms"), (12.4, "12 ms"), (1_500, "1.5 s"), (-1, "?"),
            (.nan, "?"),
            (.greatestFiniteMagnitude, "100000000000000.0 s"),
        ] as [(Double, String)])
    func roundTrips(milliseconds: Double, words: String) {
        #expect(TerminalText.roundTrip(milliseconds: milliseconds) == words)
    }

    @Test(
        arguments: [
            (0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_900_000, "1.8 MiB"), (.max, "16777216.0 TiB"),
        ] as [(UInt64, String)])
    func byteCounts(count: UInt64, words: String) {
        #expect(TerminalText.bytes(count) == words)
    }

    @Test func countsHaveTheirNoun() {
        #expect(TerminalText.count(1, "peer", "peers") == "1 peer")
        #expect(TerminalText.count(0, "peer", "peers") == "0 peers")
    }
}

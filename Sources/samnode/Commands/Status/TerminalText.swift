import Overlay

/// Values as people read them in a terminal.
enum TerminalText {
    /// Characters at the end of a peer id that tell one from another; the beginning is the same for all of them.
    private static let peerTail = 8
    private static let peerHead = 4
    private static let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    /// Some thirty million years: what is longer is a mistake of the sender.
    private static let longestSeconds = 1e15

    /// On one line and without control characters: names, models and users come from other machines and must not be
    /// able to move the cursor or colour the screen.
    static func printable(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// Like ``printable(_:)``, but line breaks and tabs stay: for answers of models.
    static func printableLines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map { printable(String($0)) }
                .joined(separator: "\t")
        }.joined(separator: "\n")
    }

    /// `12D3…ZhtG2hJ8`, or all of it.
    static func peer(_ text: String, isWide: Bool) -> String {
        let text = printable(text)
        guard !isWide, text.count > peerHead + peerTail + 1 else { return text }
        return "\(text.prefix(peerHead))…\(text.suffix(peerTail))"
    }

    /// A text in which every peer id is short, unless all is to be shown.
    static func peers(in text: String, isWide: Bool) -> String {
        printable(text).replacing(/12D3KooW[1-9A-HJ-NP-Za-km-z]{44}/) { peer(String($0.output), isWide: isWide) }
    }

    /// A length of time in words; `?` for a number that is none.
    static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "?" }
        return TimeText.words(.seconds(UInt64(min(seconds, longestSeconds))))
    }

    /// `0.4 ms`, `12 ms`, `1.5 s`.
    static func roundTrip(milliseconds: Double) -> String {
        guard milliseconds.isFinite, milliseconds >= 0 else { return "?" }
        if milliseconds >= 1_000 { return "\(tenths(milliseconds / 1_000)) s" }
        return milliseconds < 10 ? "\(tenths(milliseconds)) ms" : "\(Int(milliseconds.rounded())) ms"
    }

    /// `17 B`, `1.2 KiB`, `3.4 MiB`.
    static func bytes(_ count: UInt64) -> String {
        var value = Double(count)
        var unit = 0
        while value >= 1_024, unit < units.count - 1 {
            value /= 1_024
            unit += 1
        }
        return unit == 0 ? "\(count) B" : "\(tenths(value)) \(units[unit])"
    }

    /// `1 link`, `2 links`.
    static func count(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }

    private static func tenths(_ value: Double) -> String {
        // Everything that gets here is far below what an integer holds, save a count of bytes that nobody can have.
        let scaled = Int(min((value * 10).rounded(), 1e15))
        return "\(scaled / 10).\(scaled % 10)"
    }
}

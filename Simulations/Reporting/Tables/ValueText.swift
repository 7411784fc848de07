import Foundation

/// Numbers for people: as many digits as mean something, groups of thousands, units.
enum ValueText {
    /// Three significant digits and more when the number is long: `0.0123`, `1.23`, `12.3`, `123`, `12,345`.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let magnitude = abs(value)
        if magnitude >= 1e15 { return String(format: "%.3g", value) }
        if magnitude == 0 { return "0" }
        let decimals =
            switch magnitude {
            case 100...: 0
            case 10...: 1
            case 1...: 2
            case 0.1...: 3
            case 0.01...: 4
            default: 6
            }
        return grouped(trimmed(String(format: "%.\(decimals)f", value)))
    }

    /// A whole number with groups of thousands.
    static func count(_ value: some BinaryInteger) -> String { grouped("\(value)") }

    /// With its unit: long times in seconds, many bytes in KB and MB, shares with what keeps 99.98 from being 100.
    static func value(_ value: Double, _ unit: FigureKind.Unit) -> String {
        switch unit {
        case .milliseconds: milliseconds(value)
        case .percent: percent(value)
        case .bytes: bytes(value)
        case .bytesPerSecond: bytes(value) + "/s"
        case .count: number(value)
        }
    }

    /// On an axis: short, as thousands and millions of counts have letters.
    static func axis(_ value: Double, _ unit: FigureKind.Unit) -> String {
        guard unit == .count else { return self.value(value, unit) }
        if abs(value) >= 1_000_000 { return number(value / 1_000_000) + " M" }
        return abs(value) >= 10_000 ? number(value / 1_000) + " k" : number(value)
    }

    /// `0.5 ms`, `340 ms`, `12.3 s`, `1 h 2 min`.
    static func milliseconds(_ value: Double) -> String {
        if abs(value) < 1_000 { return number(value) + " ms" }
        if abs(value) < 600_000 { return number(value / 1_000) + " s" }
        return number(value / 60_000) + " min"
    }

    /// Never rounds to 100 what is less.
    static func percent(_ value: Double) -> String {
        if value < 100, value > 99 { return trimmed(String(format: "%.3f", min(value, 99.999))) + " %" }
        return number(value) + " %"
    }

    /// Thousands, not 1,024.
    static func bytes(_ value: Double) -> String {
        if abs(value) < 10_000 { return number(value) + " B" }
        if abs(value) < 10_000_000 { return number(value / 1_000) + " KB" }
        if abs(value) < 10_000_000_000 { return number(value / 1_000_000) + " MB" }
        return number(value / 1_000_000_000) + " GB"
    }

    /// Without zeros at the end of the fraction.
    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = Substring(text)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text == "-0" ? "0" : String(text)
    }

    private static func grouped(_ text: String) -> String {
        let sign = text.hasPrefix("-") ? "-" : ""
        let parts = text.dropFirst(sign.count).split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, whole.count > 3 else { return text }
        var groups = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { groups.append(",") }
            groups.append(digit)
        }
        return sign + ([groups] + parts.dropFirst().map(String.init)).joined(separator: ".")
    }
}

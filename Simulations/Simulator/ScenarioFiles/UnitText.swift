import Overlay

/// Numbers with units, as people write them. Every function gives nil for anything else.
public enum UnitText {
    /// What ``span(_:)`` reads, for messages.
    public static let spanExpectation = "a length of time such as 250ms, 90s or 10m"
    /// What ``count(_:)`` reads, for messages.
    public static let countExpectation = "a whole number such as 300, 20_000, 20k or 1M"
    /// What ``ratio(_:)`` reads, for messages.
    public static let ratioExpectation = "a share from 0 to 1 such as 1/50 or 2%"
    /// What ``bytes(_:)`` reads, for messages.
    public static let bytesExpectation = "a length such as 512B or 64KiB"
    /// What ``bandwidth(_:)`` reads, for messages.
    public static let bandwidthExpectation = "bytes or bits a second such as 1MiB/s or 10Mbit/s"
    /// What ``rate(_:nodes:)`` reads, for messages.
    public static let rateExpectation = "a rate such as 2/s, 1/10m or 1/10m per node"

    private static let spans: [String: UInt64] = [
        "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
        "d": 86_400_000_000_000,
    ]
    private static let counts: [String: UInt64] = ["": 1, "k": 1_000, "M": 1_000_000]
    private static let lengths: [String: UInt64] = [
        "": 1, "B": 1, "KiB": 1_024, "MiB": 1_048_576, "GiB": 1_073_741_824,
    ]
    private static let bits: [String: UInt64] = ["kbit": 125, "Mbit": 125_000, "Gbit": 125_000_000]
    /// Ten years, so that sums of moments stay far from overflowing.
    private static let longestSpan: UInt64 = 3_650 * 86_400_000_000_000

    /// `250ms`, `90s`, `10m`, `2h`, `30d`, `0`; at most ten years.
    public static func span(_ text: some StringProtocol) -> TimeSpan? {
        if text == "0" { return .zero }
        guard let nanoseconds = number(text, units: spans), nanoseconds <= longestSpan else { return nil }
        return TimeSpan(nanoseconds: nanoseconds)
    }

    /// A span with a sign, in nanoseconds: `-5m`, `+20s`, `90s`.
    public static func signedSpan(_ text: String) -> Int64? {
        let isNegative = text.hasPrefix("-")
        let digits = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard let span = span(digits), let nanoseconds = Int64(exactly: span.nanoseconds) else { return nil }
        return isNegative ? -nanoseconds : nanoseconds
    }

    /// `300`, `20_000`, `20k`, `1M`; at most what an index has room for.
    public static func count(_ text: some StringProtocol) -> Int? {
        guard let count = number(text, units: counts), count <= UInt32.max else { return nil }
        return Int(count)
    }

    /// `512`, `512B`, `64KiB`, `10MiB`; below 2³².
    public static func bytes(_ text: some StringProtocol) -> Int? {
        guard let bytes = number(text, units: lengths), bytes <= UInt32.max else { return nil }
        return Int(bytes)
    }

    /// Bytes a second: `1MiB/s`, `10Mbit/s`.
    public static func bandwidth(_ text: some StringProtocol) -> UInt64? {
        guard text.hasSuffix("/s") else { return nil }
        let amount = text.dropLast(2)
        return number(amount, units: bits) ?? number(amount, units: lengths.filter { !$0.key.isEmpty })
    }

    /// `1/50`, `2%`, `0.5%`, `0`, `1`.
    public static func ratio(_ text: some StringProtocol) -> Ratio? {
        guard text.hasSuffix("%") else { return Ratio(parsing: text) }
        let parts = String(text.dropLast()).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ digits($0) }), whole <= 100 else { return nil }
        guard parts.count == 2 else { return reduced(whole, 100) }
        guard (1...3).contains(parts[1].utf8.count), let part = digits(parts[1]) else { return nil }
        let scale: UInt64 = [10, 100, 1_000][parts[1].utf8.count - 1]
        return reduced(whole * scale + part, 100 * scale)
    }

    /// How many in how long a time, over the whole world: `2/s`, `30/10m`, `1/10m per node`.
    /// - Parameter nodes: what `per node` multiplies with.
    public static func rate(_ text: some StringProtocol, nodes: Int) -> (count: Int, per: TimeSpan)? {
        let words = String(text).split(separator: " ").map(String.init)
        let isPerNode = words.dropFirst() == ["per", "node"]
        guard let first = words.first, words.count == 1 || isPerNode else { return nil }
        let parts = first.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = count(parts[0]), count > 0 else { return nil }
        guard let span = spans[String(parts[1])].map(TimeSpan.init(nanoseconds:)) ?? span(parts[1]), span > .zero
        else { return nil }
        let (all, overflow) = count.multipliedReportingOverflow(by: isPerNode ? nodes : 1)
        return overflow || all > UInt32.max ? nil : (all, span)
    }

    /// Nil when the fraction is above one.
    private static func reduced(_ numerator: UInt64, _ denominator: UInt64) -> Ratio? {
        guard numerator <= denominator else { return nil }
        var (larger, smaller) = (denominator, numerator)
        while smaller > 0 { (larger, smaller) = (smaller, larger % smaller) }
        return Ratio(numerator / larger, denominator / larger)
    }

    private static func number(_ text: some StringProtocol, units: [String: UInt64]) -> UInt64? {
        let amount = text.prefix { $0.isASCII && ($0.isNumber || $0 == "_") }
        guard let count = digits(amount), let unit = units[String(text[amount.endIndex...])] else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : product
    }

    /// Digits, and single underscores between them.
    private static func digits(_ text: some StringProtocol) -> UInt64? {
        let groups = String(text).split(separator: "_", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return nil
        }
        return UInt64(groups.joined())
    }
}

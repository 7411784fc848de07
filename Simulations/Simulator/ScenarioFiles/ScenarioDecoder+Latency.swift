import Overlay
import YAML

/// How long packets take.
extension ScenarioDecoder {
    private static let models =
        "geographic, uniform: 10ms-100ms, log_normal: {median: 60ms, spread: 0.5}, or matrix: FILE.csv"

    mutating func latencyModel(_ node: YAMLNode, _ context: String) -> LatencyModel? {
        if case .text(let text) = node.content {
            if text == "geographic" { return .geographic }
            // A range alone says it all.
            if let range = Self.range(text) { return checked(range, at: node, context) }
            report(node.mark, "\(context)found \(node.found), expected \(Self.models)")
            return nil
        }
        guard case .mapping(let entries) = node.content, entries.count == 1, let entry = entries.first else {
            reportShape(node, context: context, expected: Self.models)
            return nil
        }
        _ = mapping(node, known: ["uniform", "log_normal", "matrix"], context: context)
        let context = "\(context)\(entry.key): "
        switch entry.key {
        case "uniform":
            let expected = "a range of spans such as 10ms-100ms"
            let range = value(entry.value, context, expected: expected, Self.range)
            return range.flatMap { checked($0, at: entry.value, context) }
        case "log_normal": return logNormal(entry.value, context)
        case "matrix": return matrix(entry.value, context)
        default: return nil
        }
    }

    private static func range(_ text: String) -> SpanRange? {
        let spans = text.split(separator: "-", omittingEmptySubsequences: false).map { UnitText.span($0) }
        guard (1...2).contains(spans.count), let shortest = spans[0], let longest = spans[spans.count - 1],
            shortest <= longest
        else { return nil }
        return SpanRange(shortest, longest)
    }

    private mutating func checked(_ range: SpanRange, at node: YAMLNode, _ context: String) -> LatencyModel? {
        let (least, most) = (ScenarioSettings.leastLatency, ScenarioSettings.longestLatency)
        guard range.shortest >= least, range.longest <= most else {
            let expected = "latencies from \(least.shortText) to \(most.shortText)"
            report(node.mark, "\(context)found \(node.found), expected \(expected)")
            return nil
        }
        return .uniform(range)
    }

    private mutating func logNormal(_ node: YAMLNode, _ context: String) -> LatencyModel? {
        let fields = mapping(node, known: ["median", "spread"], context: context)
        guard case .mapping = node.content else { return nil }
        let (least, most) = (ScenarioSettings.leastLatency, ScenarioSettings.longestLatency)
        let expected = "a span from \(least.shortText) to \(most.shortText)"
        let median = required(fields["median"], context + "median: ", in: node, expected: expected) { text in
            UnitText.span(text).flatMap { (least...most).contains($0) ? $0 : nil }
        }
        let spread = required(
            fields["spread"], context + "spread: ", in: node, expected: "a number from 0 to 2 such as 0.5"
        ) { Self.thousandths($0).flatMap { $0 <= 2_000 ? $0 : nil } }
        guard let median, let spread else { return nil }
        return .logNormal(median: median, spread: spread)
    }

    /// `0.5` is 500; at most three digits behind the point.
    private static func thousandths(_ text: String) -> UInt64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let whole = parts.first.flatMap({ UnitText.count($0) }) else { return nil }
        guard parts.count == 2 else { return UInt64(whole) * 1_000 }
        guard (1...3).contains(parts[1].count), parts[1].allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        let digits = parts[1] + String(repeating: "0", count: 3 - parts[1].count)
        return UInt64(digits).map { UInt64(whole) * 1_000 + $0 }
    }

    private mutating func matrix(_ node: YAMLNode, _ context: String) -> LatencyModel? {
        guard let path = text(node, context: context, expected: "the path of a CSV file") else { return nil }
        do throws(ScenarioFile.UnreadableFile) {
            let matrix = LatencyMatrix(reading: try reader(path))
            for problem in matrix.problems { report(node.mark, "\(context)\(path):\(problem)") }
            return matrix.problems.isEmpty ? .matrix(matrix.rows) : nil
        } catch {
            report(node.mark, "\(context)found \(node.found), which cannot be read: \(error.reason)")
            return nil
        }
    }
}

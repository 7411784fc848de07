import Overlay
import YAML

/// Values with a meaning of their own; each reports what it found when it is something else.
extension ScenarioDecoder {
    /// What a text means; nil when there is no value, or when it means nothing, which is reported.
    mutating func value<Value>(
        _ node: YAMLNode?, _ context: String, expected: String, _ parse: (String) -> Value?
    ) -> Value? {
        guard let node, let text = text(node, context: context, expected: expected) else { return nil }
        if let value = parse(text) { return value }
        report(node.mark, "\(context)found \(node.found), expected \(expected)")
        return nil
    }

    /// As ``value(_:_:expected:_:)``; a value that is not there is a problem of what it should stand in.
    mutating func required<Value>(
        _ node: YAMLNode?, _ context: String, in parent: YAMLNode, expected: String, _ parse: (String) -> Value?
    ) -> Value? {
        if let node { return value(node, context, expected: expected, parse) }
        if parent.content != .unreadable { report(parent.mark, "\(context)found nothing, expected \(expected)") }
        return nil
    }

    mutating func span(_ node: YAMLNode?, _ context: String, atLeast least: TimeSpan = .zero) -> TimeSpan? {
        let bound = least > .zero ? " of at least \(least.shortText)" : ""
        return value(node, context, expected: UnitText.spanExpectation + bound) { text in
            UnitText.span(text).flatMap { $0 >= least ? $0 : nil }
        }
    }

    mutating func ratio(_ node: YAMLNode?, _ context: String) -> Ratio? {
        value(node, context, expected: UnitText.ratioExpectation, UnitText.ratio)
    }

    mutating func count(_ node: YAMLNode?, _ context: String, in range: ClosedRange<Int>) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return value(node, context, expected: expected) { text in
            UnitText.count(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func bool(_ node: YAMLNode?, _ context: String) -> Bool? {
        value(node, context, expected: "true or false") { ["true": true, "false": false][$0] }
    }

    /// One of a few words; a slip of the fingers is met with the word that was probably meant.
    mutating func word(_ node: YAMLNode?, _ context: String, among words: [String]) -> String? {
        guard let node, let text = text(node, context: context, expected: words.asAlternatives) else { return nil }
        if words.contains(text) { return text }
        let hint = NearestName.of(text, among: words).map { " (did you mean \($0.quotedForMessage)?)" } ?? ""
        report(node.mark, "\(context)found \(node.found), expected \(words.asAlternatives)\(hint)")
        return nil
    }

    /// A moment of the run: a span since it began, or a share of its duration.
    mutating func moment(_ node: YAMLNode?, _ context: String) -> TimeSpan? {
        let duration = plan.duration
        let expected = "a moment such as 90s or 25%, at most the run's duration of \(duration.shortText)"
        return value(node, context, expected: expected) { text in
            let moment = text.hasSuffix("%") ? UnitText.ratio(text).map { duration.times($0) } : UnitText.span(text)
            return moment.flatMap { $0 <= duration ? $0 : nil }
        }
    }

    /// `from` with `until` or `for`. Without a beginning it is `first`; without an end it is nil.
    mutating func period(
        _ fields: YAMLFields, in parent: YAMLNode, first: TimeSpan, context: String
    ) -> (start: TimeSpan, end: TimeSpan?)? {
        let before = problems.count
        let start = moment(fields["from"], context + "from: ") ?? first
        var end = moment(fields["until"], context + "until: ")
        if let node = fields["for"] {
            if fields["until"] != nil {
                report(node.mark, "\(context)found until and for, expected one of them")
            } else if let length = moment(node, context + "for: ") {
                end = start + length
            }
        }
        let mark = (fields["until"] ?? fields["for"] ?? fields["from"] ?? parent).mark
        if problems.count == before, end ?? plan.duration > plan.duration {
            let found = "found an end at \((end ?? .zero).shortText)"
            report(mark, "\(context)\(found), expected at most the run's duration of \(plan.duration.shortText)")
        } else if problems.count == before, start >= end ?? plan.duration {
            let found = "found a beginning at \(start.shortText) and an end at \((end ?? plan.duration).shortText)"
            report(mark, "\(context)\(found), expected the beginning before the end")
        }
        return problems.count == before ? (start, end) : nil
    }
}

extension TimeSpan {
    /// The share of it, rounded down.
    func times(_ share: Ratio) -> TimeSpan {
        let product = nanoseconds.multipliedFullWidth(by: share.numerator)
        return TimeSpan(nanoseconds: share.denominator.dividingFullWidth(product).quotient)
    }

    /// In the largest unit that divides it: `90s`, `10m`, `250ms`.
    public var shortText: String {
        let units: [(String, UInt64)] = [
            ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
            ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
        ]
        guard nanoseconds > 0 else { return "0s" }
        // 90 s is said more often than 1.5 m; only round minutes and hours read better.
        let unit = units.first { nanoseconds % $0.1 == 0 } ?? ("ns", 1)
        return "\(nanoseconds / unit.1)\(unit.0)"
    }
}

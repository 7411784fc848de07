/// A bound that a figure of a run has to keep, such as `delivery.p99 <= 450`.
public struct Criterion: Hashable, Sendable, CustomStringConvertible {
    /// How figure and bound stand to each other when it holds.
    public enum Relation: String, CaseIterable, Hashable, Sendable {
        case atMost = "<="
        case atLeast = ">="
        case below = "<"
        case above = ">"
        case equal = "="
    }

    /// The dotted name of the figure, one of ``FigureName/all``.
    public var figure: String
    public var relation: Relation
    /// In the figure's unit: milliseconds for times, percent for shares.
    public var bound: Double
    /// The bound as it was written.
    private var boundText: String

    /// Reads `FIGURE RELATION NUMBER`, with spaces between them. The number may be written in the figure's unit, or, for
    /// times, as a span such as `2s`, and for shares with a percent sign.
    public init(parsing text: String) throws(CriterionError) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 3 else { throw .shape(text) }
        guard FigureName.all.contains(words[0]) else { throw .figure(words[0]) }
        guard let relation = Relation(rawValue: words[1]) else { throw .relation(words[1]) }
        guard let bound = Self.number(words[2]) else { throw .bound(words[2]) }
        figure = words[0]
        self.relation = relation
        self.bound = bound
        boundText = words[2]
    }

    private static func number(_ text: String) -> Double? {
        if let span = UnitText.span(text), text != "0" { return Double(span.nanoseconds) / 1_000_000 }
        let digits = text.hasSuffix("%") ? text.dropLast() : text[...]
        guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_") }) else { return nil }
        return Double(digits.filter { $0 != "_" })
    }

    /// Whether a value keeps the bound; a figure that a run does not have keeps none.
    public func holds(for value: Double?) -> Bool {
        guard let value else { return false }
        return switch relation {
        case .atMost: value <= bound
        case .atLeast: value >= bound
        case .below: value < bound
        case .above: value > bound
        case .equal: value == bound
        }
    }

    /// Relation and bound: `<= 450`.
    public var boundDescription: String { "\(relation.rawValue) \(boundText)" }

    public var description: String { "\(figure) \(boundDescription)" }
}

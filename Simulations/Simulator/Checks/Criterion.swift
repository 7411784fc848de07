import Overlay

/// A bound on a figure: `delivery.p99 <= 450`.
public struct Criterion: Hashable, Sendable {
    public enum Comparison: String, CaseIterable, Hashable, Sendable {
        case atMost = "<="
        case atLeast = ">="
        case equal = "=="

        /// Whether a measured value stands in this relation to the bound.
        func holds(_ value: Double, _ bound: Double) -> Bool {
            switch self {
            case .atMost: value <= bound
            case .atLeast: value >= bound
            case .equal: value == bound
            }
        }
    }

    public enum Verdict: Hashable, Sendable {
        case passes(measured: Double)
        case fallsShort(measured: Double)
        /// The run has no such figure. A criterion that was not measured is not met.
        case notMeasured
    }

    public var figure: String
    public var comparison: Comparison
    public var bound: Double

    public init(_ figure: String, _ comparison: Comparison, _ bound: Double) {
        self.figure = figure
        self.comparison = comparison
        self.bound = bound
    }

    /// What a run's figures say about it. A measured value that is no number falls short.
    public func verdict(on figures: Figures) -> Verdict {
        guard let value = figures[figure] else { return .notMeasured }
        return comparison.holds(value, bound) ? .passes(measured: value) : .fallsShort(measured: value)
    }

    /// Whether a run's figures meet it.
    public func isMet(by figures: Figures) -> Bool {
        if case .passes = verdict(on: figures) { true } else { false }
    }
}

extension Criterion: CustomStringConvertible {
    /// As it is read: whole numbers without a fraction.
    public var description: String {
        let isWhole = bound.rounded(.towardZero) == bound && abs(bound) < 1e15
        return "\(figure) \(comparison.rawValue) \(isWhole ? "\(Int64(bound))" : "\(bound)")"
    }
}

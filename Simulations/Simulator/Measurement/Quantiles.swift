/// Order statistics of a set of values, by the nearest rank: every figure is a value that occurred.
public struct Quantiles<Value: Comparable & Sendable>: Sendable {
    private let sorted: [Value]

    public init(_ values: some Sequence<Value>) {
        sorted = values.sorted()
    }

    public var count: Int { sorted.count }
    public var least: Value? { sorted.first }
    public var median: Value? { value(atPercent: 50) }
    public var greatest: Value? { sorted.last }

    /// The least value that at least this many percent of the values do not exceed; nil when there are none.
    public func value(atPercent percent: Int) -> Value? {
        guard !sorted.isEmpty else { return nil }
        let rank = (sorted.count * percent + 99) / 100
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }
}

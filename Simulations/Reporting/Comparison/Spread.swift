/// Median and range of values over seeds.
public struct Spread: Codable, Hashable, Sendable {
    public let median: Double
    public let least: Double
    public let greatest: Double
    public let count: Int

    /// Values that are no numbers are left out; nil when none is left. Of an even number of values the median lies in the
    /// middle between two.
    public init?(_ values: some Sequence<Double>) {
        let sorted = values.filter(\.isFinite).sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        let middle = sorted.count / 2
        median = sorted.count.isMultiple(of: 2) ? sorted[middle - 1] / 2 + sorted[middle] / 2 : sorted[middle]
        least = first
        greatest = last
        count = sorted.count
    }

    /// The end of the range that is worse; the greatest when neither is.
    func worst(_ better: FigureKind.Direction) -> Double { better == .higher ? least : greatest }
}

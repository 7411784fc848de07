import Foundation

/// Places values along an axis.
struct Scale: Hashable, Sendable {
    enum Shape: Hashable, Sendable { case linear, logarithmic }

    let shape: Shape
    /// Values at both ends.
    let domain: ClosedRange<Double>
    /// Places of both ends, which may fall.
    let start: Double
    let end: Double

    /// - Parameter domain: of a logarithmic scale, above zero. One without extent is widened.
    init(_ shape: Shape = .linear, domain: ClosedRange<Double>, from start: Double, to end: Double) {
        var (low, high) = (domain.lowerBound, domain.upperBound)
        if !low.isFinite || !high.isFinite { (low, high) = (0, 1) }
        if shape == .logarithmic {
            low = max(low, Self.least)
            high = max(high, low)
            if high < low * 1.01 { (low, high) = (low / 2, high * 2) }
        } else if high - low <= abs(high) * 1e-12 {
            high = low + max(1, abs(low) * 1e-3)
        }
        self.shape = shape
        self.domain = low...high
        self.start = start
        self.end = end
    }

    private static let least = 1e-6

    /// Values outside of the domain are placed at its ends.
    func place(_ value: Double) -> Double {
        let (low, high) = (domain.lowerBound, domain.upperBound)
        guard !value.isNaN else { return start }
        let value = min(max(value, low), high)
        let share =
            switch shape {
            case .linear: (value - low) / (high - low)
            case .logarithmic: log(value / low) / log(high / low)
            }
        return start + (end - start) * share
    }

    /// Round values within the domain, about as many.
    func ticks(_ count: Int) -> [Double] {
        switch shape {
        case .linear: Self.linearTicks(domain, count)
        case .logarithmic: Self.logarithmicTicks(domain, count)
        }
    }

    /// Steps of 1, 2, 2.5 or 5 times a power of ten.
    static func linearTicks(_ domain: ClosedRange<Double>, _ count: Int) -> [Double] {
        let step = step(for: (domain.upperBound - domain.lowerBound) / Double(max(1, count)), [1, 2, 2.5, 5, 10])
        let first = (domain.lowerBound / step - 1e-9).rounded(.up)
        let last = (domain.upperBound / step + 1e-9).rounded(.down)
        guard step > 0, last >= first, last - first < 1_000 else { return [] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// The least of the factors times a power of ten that is not below `rough`.
    static func step(for rough: Double, _ factors: [Double]) -> Double {
        guard rough > 0, rough.isFinite else { return 1 }
        let power = pow(10, log10(rough).rounded(.down))
        return (factors.first { $0 * power >= rough * (1 - 1e-9) } ?? 10) * power
    }

    /// Powers of ten, with 2 and 5 times them when there are few.
    private static func logarithmicTicks(_ domain: ClosedRange<Double>, _ count: Int) -> [Double] {
        let first = Int(log10(domain.lowerBound).rounded(.down))
        let last = Int(log10(domain.upperBound).rounded(.up))
        var ticks: [Double] = []
        for factors in [[1, 2, 5], [1, 3], [1]] as [[Double]] {
            ticks = (first...last).flatMap { power in factors.map { $0 * pow(10, Double(power)) } }
                .filter { domain.contains($0) }
            if ticks.count <= count { break }
        }
        guard ticks.count > count, count > 0 else { return ticks }
        let every = (ticks.count + count - 1) / count
        return stride(from: 0, to: ticks.count, by: every).map { ticks[$0] }
    }
}

extension Scale {
    /// From zero to a round value that is not below any of these.
    static func fromZero(_ values: some Sequence<Double>, from start: Double, to end: Double) -> Scale {
        let greatest = values.filter(\.isFinite).max() ?? 0
        guard greatest > 0 else { return Scale(domain: 0...1, from: start, to: end) }
        let step = step(for: greatest / 4, [1, 2, 2.5, 5, 10])
        return Scale(domain: 0...(step * (greatest / step - 1e-9).rounded(.up)), from: start, to: end)
    }
}

/// Statistics of measurements.
struct Figures {
    private let sorted: [Double]

    init(_ values: [Double]) {
        sorted = values.sorted()
    }

    var isEmpty: Bool { sorted.isEmpty }
    var median: Double { share(0.5) }

    /// The value that this share of all does not exceed (nearest rank); 0 of nothing.
    func share(_ share: Double) -> Double {
        guard let last = sorted.last else { return 0 }
        let rank = Int((share * Double(sorted.count)).rounded(.up)) - 1
        return sorted.indices.contains(rank) ? sorted[rank] : last
    }
}

extension Double {
    /// Decimal digits, fewer for large numbers.
    func text(_ digits: Int) -> String {
        let digits = magnitude >= 100 ? 0 : digits
        guard digits > 0 else { return "\(Int(rounded()))" }
        let scale = (0..<digits).reduce(1.0) { power, _ in power * 10 }
        return "\((self * scale).rounded() / scale)"
    }
}

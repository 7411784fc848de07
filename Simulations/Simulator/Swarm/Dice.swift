import Overlay

/// The draws for one part of a plan, one after the other. Each part has dice of its own, so that drawing more for one
/// changes nothing of the others.
struct Dice {
    private let draws: Draws
    private let subject: UInt64
    private var counter: UInt64 = 0

    init(_ draws: Draws, for subject: UInt64) {
        self.draws = draws
        self.subject = subject
    }

    /// - Precondition: `bound` is not zero.
    mutating func below(_ bound: UInt64) -> UInt64 {
        counter += 1
        return draws.below(bound, .plan, of: subject, counter)
    }

    mutating func number(in range: ClosedRange<UInt64>) -> UInt64 {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// About as often between 1 and 2 as between 2 and 4, or 4 and 8: small worlds are quick and find the most, and large
    /// ones are not forgotten.
    /// - Precondition: the range begins above zero.
    mutating func logarithmic(in range: ClosedRange<UInt64>) -> UInt64 {
        var octaves: UInt64 = 1
        while range.lowerBound << octaves <= range.upperBound >> 1 { octaves += 1 }
        let low = range.lowerBound << below(octaves)
        return number(in: low...min(range.upperBound, low * 2))
    }

    mutating func happens(_ numerator: UInt64, _ denominator: UInt64) -> Bool {
        below(denominator) < numerator
    }

    /// - Precondition: there is something to pick.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(below(UInt64(elements.count)))]
    }

    /// The place of one of the weights, each as likely as it is heavy.
    /// - Precondition: one of them is not zero.
    mutating func place(among weights: [UInt64]) -> Int {
        var rest = below(weights.reduce(0, +))
        for (place, weight) in weights.enumerated() {
            if rest < weight { return place }
            rest -= weight
        }
        return weights.count - 1
    }

    mutating func milliseconds(in range: ClosedRange<UInt64>) -> TimeSpan {
        .milliseconds(number(in: range))
    }
}

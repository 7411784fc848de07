/// Exponential and logarithm from the four operations alone. Those are exact to the last bit on every machine (IEEE 754),
/// which the mathematical libraries of systems are not; so tables made with these are the same everywhere.
enum Elementary {
    private static let naturalLogOfTwo = 0.693_147_180_559_945_3

    /// e to the power of `x`, to about 15 digits.
    /// - Precondition: `x` lies between -700 and 700.
    static func exp(_ x: Double) -> Double {
        precondition(x > -700 && x < 700, "e to the power of \(x) is no normal number")
        let halvings = (x / naturalLogOfTwo).rounded()
        let rest = x - halvings * naturalLogOfTwo
        var term = 1.0
        var sum = 1.0
        for step in 1...18 {
            term = term * rest / Double(step)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(halvings), significand: sum)
    }

    /// The natural logarithm, to about 15 digits.
    /// - Precondition: `x` is positive and finite.
    static func log(_ x: Double) -> Double {
        precondition(x > 0 && x.isFinite, "\(x) has no logarithm")
        // From 3/4 to 3/2, so that the series converges like 5⁻²ⁿ.
        let isLarge = x.significand > 1.5
        let mantissa = isLarge ? x.significand / 2 : x.significand
        let exponent = Double(x.exponent) + (isLarge ? 1 : 0)
        let ratio = (mantissa - 1) / (mantissa + 1)
        let square = ratio * ratio
        var power = ratio
        var sum = 0.0
        for step in 0..<14 {
            sum += power / Double(2 * step + 1)
            power *= square
        }
        return 2 * sum + exponent * naturalLogOfTwo
    }
}

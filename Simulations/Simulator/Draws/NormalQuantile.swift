/// The inverse of the standard normal distribution: Acklam's rational functions, with a relative error below 1.2e-9.
enum NormalQuantile {
    private static let center: (above: [Double], below: [Double]) = (
        [
            -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
            -3.066479806614716e+01, 2.506628277459239e+00,
        ],
        [
            -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
            -1.328068155288572e+01, 1,
        ]
    )
    private static let tail: (above: [Double], below: [Double]) = (
        [
            -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
            4.374664141464968e+00, 2.938163982698783e+00,
        ],
        [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1]
    )
    /// Below this probability, and above its complement, the tails' functions are the better ones.
    private static let tailShare = 0.02425

    /// - Precondition: `probability` is above 0 and below 1.
    static func value(at probability: Double) -> Double {
        precondition(probability > 0 && probability < 1, "the normal distribution has no quantile at \(probability)")
        if probability < tailShare { return lowerTail(probability) }
        if probability > 1 - tailShare { return -lowerTail(1 - probability) }
        let offset = probability - 0.5
        let square = offset * offset
        return polynomial(center.above, square) * offset / polynomial(center.below, square)
    }

    private static func lowerTail(_ probability: Double) -> Double {
        let distance = (-2 * Elementary.log(probability)).squareRoot()
        return polynomial(tail.above, distance) / polynomial(tail.below, distance)
    }

    /// The coefficient of the highest power first (Horner).
    private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
        coefficients.reduce(0) { $0 * x + $1 }
    }
}

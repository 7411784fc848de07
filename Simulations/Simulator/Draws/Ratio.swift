/// A probability as two integers, so that every machine decides alike.
public struct Ratio: Hashable, Sendable {
    public let numerator: UInt64
    /// Never zero.
    public let denominator: UInt64

    public static let never = Ratio(0, 1)

    /// - Precondition: `denominator` is not zero and not less than `numerator`.
    public init(_ numerator: UInt64, _ denominator: UInt64) {
        precondition(denominator > 0 && numerator <= denominator, "\(numerator)/\(denominator) is no probability")
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Reads `1/50`, `0` and `1`; nil for anything that is no probability.
    public init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { UInt64($0) }
        switch parts.count {
        case 1:
            guard let whole = parts[0], whole <= 1 else { return nil }
            self.init(whole, 1)
        case 2:
            guard let numerator = parts[0], let denominator = parts[1], denominator > 0, numerator <= denominator
            else { return nil }
            self.init(numerator, denominator)
        default:
            return nil
        }
    }
}

extension Ratio: CustomStringConvertible {
    public var description: String { numerator == 0 ? "0" : "\(numerator)/\(denominator)" }
}

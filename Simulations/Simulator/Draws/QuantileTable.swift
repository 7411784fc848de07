/// A distribution as 4,097 of its quantiles, evenly apart, with straight lines between them. Drawing from it takes a table
/// look-up and one multiplication of integers.
public struct QuantileTable: Hashable, Sendable {
    /// One known point of a distribution: this share of all values is not above `value`.
    public struct Knot: Hashable, Sendable {
        public let thousandths: UInt64
        public let value: UInt64

        public init(_ thousandths: UInt64, _ value: UInt64) {
            self.thousandths = thousandths
            self.value = value
        }
    }

    /// 4,096 cells: a tail that is rarer than one in 8,192 is cut off.
    static let cellBits: UInt64 = 12
    static let cells = 1 << Int(cellBits)
    /// Never falling.
    private let values: [UInt64]

    /// From the quantile function, which is asked for probabilities from 1/8,192 to 8,191/8,192. Values below zero count as
    /// zero, and those that no integer holds as 2⁶².
    init(quantile: (Double) -> Double) {
        let edge = 0.5 / Double(Self.cells)
        values = (0...Self.cells).map { index in
            let probability = min(max(Double(index) / Double(Self.cells), edge), 1 - edge)
            let value = quantile(probability)
            return value < 4.6e18 ? UInt64(max(0, value.rounded())) : 1 << 62
        }
    }

    /// From known points, with straight lines between them.
    /// - Precondition: `knots` begin at 0 and end at 1,000 thousandths, and both numbers rise.
    public init(_ knots: [Knot]) {
        precondition(knots.first?.thousandths == 0 && knots.last?.thousandths == 1_000, "knots span 0 to 1,000")
        precondition(
            zip(knots, knots.dropFirst()).allSatisfy { $0.thousandths < $1.thousandths && $0.value <= $1.value },
            "knots rise")
        var next = 1
        values = (0...Self.cells).map { index in
            let place = UInt64(index) * 1_000
            while place > knots[next].thousandths << Self.cellBits { next += 1 }
            let (low, high) = (knots[next - 1], knots[next])
            let width = (high.thousandths - low.thousandths) << Self.cellBits
            let into = place - low.thousandths << Self.cellBits
            let (product, rest) = (high.value - low.value).multipliedFullWidth(by: into)
            return low.value + width.dividingFullWidth((product, rest)).quotient
        }
    }

    public var least: UInt64 { values[0] }
    public var greatest: UInt64 { values[Self.cells] }

    /// The value that a random word stands for.
    public func value(of word: UInt64) -> UInt64 {
        let cell = Int(word >> (64 - Self.cellBits))
        let low = values[cell]
        return low + (values[cell + 1] - low).multipliedFullWidth(by: word << Self.cellBits).high
    }

    /// The quantile of a share in thousandths.
    public func value(atThousandth share: UInt64) -> UInt64 {
        guard share < 1_000 else { return greatest }
        return value(of: UInt64(1_000).dividingFullWidth((share, 0)).quotient)
    }

    /// Of a cell, the value in its middle.
    func middle(of cell: Int) -> UInt64 { values[cell] + (values[cell + 1] - values[cell]) / 2 }
}

extension Draws {
    /// A value of a distribution.
    public func value(
        of table: QuantileTable, _ stream: DrawStream, of subject: UInt64, _ counter: UInt64 = 0
    ) -> UInt64 {
        table.value(of: word(stream, of: subject, counter))
    }
}

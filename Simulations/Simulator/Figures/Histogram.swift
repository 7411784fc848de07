/// How often values occurred, in buckets that are at most 1/32 of their value wide: exact below 32, mergeable, the same on any
/// number of threads (as HdrHistogram by G. Tene).
public struct Histogram: Hashable, Sendable {
    /// The dotted name of what is counted, such as `delivery`.
    public let name: String
    private var counts: [UInt64] = []
    public private(set) var count: UInt64 = 0
    public private(set) var sum: UInt64 = 0
    public private(set) var greatest: UInt64 = 0

    private static let subBits = 5

    public init(name: String) {
        self.name = name
    }

    /// - Parameter value: in the unit of what is counted; microseconds for times.
    public mutating func note(_ value: UInt64) {
        let bucket = Self.bucket(of: value)
        if bucket >= counts.count { counts += Array(repeating: 0, count: bucket + 1 - counts.count) }
        counts[bucket] += 1
        count += 1
        sum = sum &+ value
        greatest = max(greatest, value)
    }

    public mutating func merge(_ other: Histogram) {
        if other.counts.count > counts.count {
            counts += Array(repeating: 0, count: other.counts.count - counts.count)
        }
        for (bucket, more) in other.counts.enumerated() { counts[bucket] += more }
        count += other.count
        sum = sum &+ other.sum
        greatest = max(greatest, other.greatest)
    }

    /// The upper end of the bucket that holds the value of this rank; nil when nothing was noted.
    /// - Parameter share: thousandths, 500 is the median.
    public func value(atThousandth share: UInt64) -> UInt64? {
        guard count > 0 else { return nil }
        return value(atRank: max(1, (count * min(share, 1_000) + 999) / 1_000))
    }

    /// The upper end of the bucket that holds the value of this rank, from 1 on; nil when fewer were noted.
    func value(atRank rank: UInt64) -> UInt64? {
        guard rank <= count else { return nil }
        var seen: UInt64 = 0
        for (bucket, number) in counts.enumerated() {
            seen += number
            if seen >= rank { return min(Self.upperEnd(of: bucket), greatest) }
        }
        return greatest
    }

    public var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }

    /// Buckets that occurred: their greatest value and how often.
    public var buckets: [(value: UInt64, count: UInt64)] {
        counts.enumerated().compactMap { $1 == 0 ? nil : (Self.upperEnd(of: $0), $1) }
    }

    private static func bucket(of value: UInt64) -> Int {
        let top = 63 - (value | 1).leadingZeroBitCount
        guard top >= subBits else { return Int(value) }
        let shift = top - subBits
        return (shift + 1) << subBits + Int((value >> UInt64(shift)) & 31)
    }

    private static func upperEnd(of bucket: Int) -> UInt64 {
        guard bucket >= 64 else { return UInt64(bucket) }
        let shift = UInt64(bucket >> subBits - 1)
        let low = (32 + UInt64(bucket & 31)) << shift
        return low + ((1 << shift) - 1)
    }
}

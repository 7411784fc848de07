/// How often which values occurred: ascending values, each with its count.
public struct RecordedHistogram: Codable, Hashable, Sendable {
    public struct Bucket: Hashable, Sendable {
        /// The greatest value of the bucket; microseconds for times.
        public var value: UInt64
        public var count: UInt64
    }

    /// The figure that it is the distribution of, such as `delivery`.
    public let name: String
    public let buckets: [Bucket]
    /// Of all values.
    public let count: UInt64

    /// - Parameter buckets: in any order; those with one value are added up, empty ones left out.
    public init(_ name: String, _ buckets: [(value: UInt64, count: UInt64)]) {
        self.name = name
        var merged: [Bucket] = []
        for (value, count) in buckets.sorted(by: { $0.value < $1.value }) where count > 0 {
            if let last = merged.last, last.value == value {
                merged[merged.count - 1].count = last.count.addingSaturating(count)
            } else {
                merged.append(Bucket(value: value, count: count))
            }
        }
        self.buckets = merged
        count = merged.reduce(0) { $0.addingSaturating($1.count) }
    }

    /// The value that this share of all values does not exceed; nil when there are none.
    /// - Parameter share: from 0 to 1; the median is 0.5.
    public func value(at share: Double) -> UInt64? {
        let rank = max(1, Double(count) * min(1, max(0, share)))
        var seen = 0.0
        for bucket in buckets {
            seen += Double(bucket.count)
            if seen >= rank { return bucket.value }
        }
        return buckets.last?.value
    }

    private enum CodingKeys: String, CodingKey { case name, values, counts }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let values = try container.decode([UInt64].self, forKey: .values)
        let counts = try container.decode([UInt64].self, forKey: .counts)
        guard values.count == counts.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .counts, in: container,
                debugDescription: "\(counts.count) counts for \(values.count) values; as many are expected")
        }
        self.init(
            try container.decode(String.self, forKey: .name), zip(values, counts).map { (value: $0, count: $1) })
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(buckets.map(\.value), forKey: .values)
        try container.encode(buckets.map(\.count), forKey: .counts)
    }
}

extension UInt64 {
    func addingSaturating(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

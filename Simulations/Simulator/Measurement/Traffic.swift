/// Messages and their bytes, by kind. Bytes are those of the encoded messages, without framing, encryption and headers.
public struct Traffic: Hashable, Sendable {
    public struct Count: Hashable, Sendable {
        public var messages: UInt64 = 0
        public var bytes: UInt64 = 0
    }

    private var counts = Array(repeating: Count(), count: MessageKind.allCases.count)

    public init() {}

    public subscript(kind: MessageKind) -> Count { counts[kind.rawValue] }

    public var total: Count {
        counts.reduce(into: Count()) { sum, count in
            sum.messages += count.messages
            sum.bytes += count.bytes
        }
    }

    mutating func merge(_ other: Traffic) {
        for (place, count) in other.counts.enumerated() {
            counts[place].messages += count.messages
            counts[place].bytes += count.bytes
        }
    }

    mutating func count(_ kind: MessageKind, bytes: Int) {
        counts[kind.rawValue].messages += 1
        counts[kind.rawValue].bytes += UInt64(bytes)
    }
}

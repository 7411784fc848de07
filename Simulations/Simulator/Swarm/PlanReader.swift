import Overlay

/// Reads what ``PlanWriter`` wrote, and believes none of it.
struct PlanReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() throws(PlanTextError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .truncated }
        return byte
    }

    mutating func number() throws(PlanTextError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let byte = try byte()
            let bits = UInt64(byte & 0x7f)
            guard shift < 63 || bits <= 1 else { break }
            value |= bits << shift
            if byte < 0x80 { return value }
        }
        throw .impossible("a number of more than 64 bits")
    }

    /// A number up to `most`.
    mutating func number(upTo most: UInt64, of what: String) throws(PlanTextError) -> UInt64 {
        let value = try number()
        guard value <= most else { throw .impossible("\(what) of \(value); at most \(most) is possible") }
        return value
    }

    /// A count; 2³¹ − 1 of anything is more than a world has room for.
    mutating func count(of what: String) throws(PlanTextError) -> Int {
        Int(try number(upTo: UInt64(Int32.max), of: what))
    }

    mutating func signed() throws(PlanTextError) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func flag() throws(PlanTextError) -> Bool {
        try number(upTo: 1, of: "a yes or no") == 1
    }

    mutating func span() throws(PlanTextError) -> TimeSpan {
        let isWhole = try flag()
        guard isWhole else { return TimeSpan(nanoseconds: try number()) }
        return .milliseconds(try number(upTo: .max / 1_000_000, of: "a length of milliseconds"))
    }

    mutating func spans() throws(PlanTextError) -> SpanRange {
        let (shortest, longest) = (try span(), try span())
        guard shortest <= longest else { throw .impossible("a range of times whose end is before its beginning") }
        return SpanRange(shortest, longest)
    }

    mutating func ratio() throws(PlanTextError) -> Ratio {
        let (numerator, denominator) = (try number(), try number())
        guard denominator > 0, numerator <= denominator else {
            throw .impossible("\(numerator)/\(denominator) as a probability")
        }
        return Ratio(numerator, denominator)
    }

    mutating func node() throws(PlanTextError) -> NodeIndex {
        NodeIndex(try count(of: "a node's number"))
    }

    mutating func optional<Value>(
        _ read: (inout PlanReader) throws(PlanTextError) -> Value
    ) throws(PlanTextError) -> Value? {
        try flag() ? try read(&self) : nil
    }

    /// As many as the count says, each of at least one byte.
    mutating func list<Value>(
        _ read: (inout PlanReader) throws(PlanTextError) -> Value
    ) throws(PlanTextError) -> [Value] {
        let count = try count(of: "a list")
        guard count <= rest.count else { throw .truncated }
        var values: [Value] = []
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }

    /// The case of an enumeration that has this place among all.
    mutating func choice<Value: CaseIterable>(of what: String) throws(PlanTextError) -> Value {
        let number = try number()
        guard let value = Array(Value.allCases).dropFirst(Int(clamping: number)).first else {
            throw .unknown(what, number: number)
        }
        return value
    }
}

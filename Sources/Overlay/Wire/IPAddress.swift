/// An IP address as a value: parsed strictly, printed canonically (RFC 5952).
public enum IPAddress: Hashable, Sendable {
    /// Most significant byte first.
    case v4(UInt32)
    /// The two halves, most significant first.
    case v6(high: UInt64, low: UInt64)

    /// Dotted decimal (no leading zeros) or colon-separated hexadecimal, without zone or brackets.
    public init?(_ text: some StringProtocol) {
        if let value = Self.parseV4(text) {
            self = .v4(value)
        } else if let groups = Self.parseV6(text) {
            self = .v6(high: Self.joined(groups[0..<4]), low: Self.joined(groups[4..<8]))
        } else {
            return nil
        }
    }

    /// From 4 or 16 bytes in network order.
    public init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self = .v4(UInt32(Self.number(bytes)))
        case 16: self = .v6(high: Self.number(bytes.prefix(8)), low: Self.number(bytes.dropFirst(8)))
        default: return nil
        }
    }

    /// 4 or 16 bytes in network order.
    public var bytes: [UInt8] {
        switch self {
        case .v4(let value): Self.octets(UInt64(value), count: 4)
        case .v6(let high, let low): Self.octets(high, count: 8) + Self.octets(low, count: 8)
        }
    }

    /// Whether it is an IPv4 address.
    public var isV4: Bool {
        if case .v4 = self { true } else { false }
    }

    /// Whether the address only reaches the own machine: 127/8, ::1.
    public var isLoopback: Bool {
        switch self {
        case .v4(let value): value >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }

    private static func number(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func octets(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64((count - 1 - $0) * 8)) }
    }

    private static func joined(_ groups: ArraySlice<UInt16>) -> UInt64 {
        groups.reduce(0) { $0 << 16 | UInt64($1) }
    }

    private static func parseV4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            guard part.count == 1 || part.first != 0x30 else { return nil }
            let octet = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
            guard octet <= 255 else { return nil }
            value = value << 8 | octet
        }
        return value
    }

    private static func parseV6(_ text: some StringProtocol) -> [UInt16]? {
        guard text.utf8.count <= 45 else { return nil }
        let characters = Array(text.utf8)
        let colon = UInt8(ascii: ":")
        let gap = characters.indices.dropLast().first { characters[$0] == colon && characters[$0 + 1] == colon }
        guard let gap else {
            guard let groups = parseGroups(characters[...], mayEndInV4: true), groups.count == 8 else { return nil }
            return groups
        }
        guard let head = parseGroups(characters[..<gap], mayEndInV4: false),
            let tail = parseGroups(characters[(gap + 2)...], mayEndInV4: true),
            head.count + tail.count < 8
        else { return nil }
        return head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    private static func parseGroups(_ text: ArraySlice<UInt8>, mayEndInV4: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            let digits = String(decoding: part, as: UTF8.self)
            if mayEndInV4, index == parts.count - 1, let value = parseV4(digits) {
                groups += [UInt16(value >> 16), UInt16(truncatingIfNeeded: value)]
                continue
            }
            let isHexadecimal = part.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
            guard (1...4).contains(part.count), isHexadecimal, let group = UInt16(digits, radix: 16) else {
                return nil
            }
            groups.append(group)
        }
        return groups
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text.
    public var description: String {
        switch self {
        case .v4: return bytes.map(String.init).joined(separator: ".")
        case .v6(0, let low) where low >> 32 == 0xffff:
            return "::ffff:" + bytes[12...].map(String.init).joined(separator: ".")
        case .v6: return Self.print(groups: groups)
        }
    }

    private var groups: [UInt16] {
        let all = bytes
        return stride(from: 0, to: all.count, by: 2).map { UInt16(all[$0]) << 8 | UInt16(all[$0 + 1]) }
    }

    /// RFC 5952: the first of the longest runs of at least two zero groups becomes `::`.
    private static func print(groups: [UInt16]) -> String {
        var best = 0..<0
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > max(1, best.count) { best = start..<end }
            start = end + 1
        }
        let text = { (part: ArraySlice<UInt16>) in
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !best.isEmpty else { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}

/// The name by which policies, paths and callers refer to a service: its type and a DNS-like name.
///
/// Names are segments of 1 to 63 of `A-Z a-z 0-9 _ -`, joined by dots, at most ``maximumLength`` bytes together.
public struct ServiceName: Hashable, Sendable {
    /// Bytes of the longest name, as for a DNS name.
    public static let maximumLength = 253
    private static let maximumSegmentLength = 63

    public let type: ServiceType
    public let name: String

    /// Nil when `name` breaks the rule above.
    public init?(type: ServiceType, name: some StringProtocol) {
        guard Self.isValid(name.utf8) else { return nil }
        self.type = type
        self.name = String(name)
    }

    /// Reads `inference:openrouter` and `inference://openrouter`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard let colon = text.firstIndex(of: ":"), let type = ServiceType(text: text[..<colon]) else { return nil }
        let rest = text[text.index(after: colon)...]
        self.init(type: type, name: rest.hasPrefix("//") ? rest.dropFirst(2) : rest)
    }

    private static func isValid(_ name: some Collection<UInt8>) -> Bool {
        guard name.count <= maximumLength else { return false }
        var segment = 0
        for byte in name {
            if byte == UInt8(ascii: ".") {
                guard segment > 0 else { return false }
                segment = 0
            } else {
                segment += 1
                guard segment <= maximumSegmentLength, byte.isNameCharacter else { return false }
            }
        }
        return segment > 0
    }
}

extension ServiceName: Comparable, CustomStringConvertible {
    /// By type, then byte by byte: the order in which an entry lists its services.
    public static func < (left: ServiceName, right: ServiceName) -> Bool {
        left.type == right.type ? left.name.utf8Precedes(right.name) : left.type < right.type
    }

    public var description: String { "\(type.text):\(name)" }
}

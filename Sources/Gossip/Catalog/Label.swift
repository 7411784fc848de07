/// One attribute of a node or service, such as `region=us-east-1`.
public struct Label: Hashable, Sendable {
    /// 1 to 63 of `A-Z a-z 0-9 _ . -`.
    public let key: String
    /// 1 to 255 bytes of UTF-8 without `,`, `=` and control characters.
    public let value: String

    public static let maximumKeyLength = 63
    public static let maximumValueLength = 255

    /// Nil when key or value break the rules above.
    public init?(key: some StringProtocol, value: some StringProtocol) {
        guard Self.isValidKey(key.utf8), Self.isValidValue(value.utf8) else { return nil }
        self.key = String(key)
        self.value = String(value)
    }

    /// Reads `key=value`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        self.init(key: text[..<equals], value: text[text.index(after: equals)...])
    }

    private static func isValidKey(_ key: some Collection<UInt8>) -> Bool {
        (1...maximumKeyLength).contains(key.count)
            && key.allSatisfy { $0.isNameCharacter || $0 == UInt8(ascii: ".") }
    }

    private static func isValidValue(_ value: some Collection<UInt8>) -> Bool {
        (1...maximumValueLength).contains(value.count)
            && !value.contains { $0.isControlCharacter || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "=") }
    }
}

extension Label: CustomStringConvertible {
    public var description: String { "\(key)=\(value)" }
}

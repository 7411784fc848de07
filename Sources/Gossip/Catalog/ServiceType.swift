/// What a service speaks. The raw values are those of SAM's `ServiceType` and go on the wire.
public enum ServiceType: UInt8, CaseIterable, Hashable, Sendable {
    /// Model Context Protocol.
    case mcp = 1
    /// The HTTP API of OpenAI: chat completions, completions, embeddings.
    case inference = 2
    /// Agent2Agent.
    case a2a = 3

    private static let protobufPrefix = "SERVICE_TYPE_"

    /// The form of configuration files, paths and policies: `mcp`, `inference`, `a2a`.
    public var text: String {
        switch self {
        case .mcp: "mcp"
        case .inference: "inference"
        case .a2a: "a2a"
        }
    }

    /// Reads `inference` as well as protobuf's JSON form `SERVICE_TYPE_INFERENCE`; nil for anything else.
    public init?(text: some StringProtocol) {
        let name =
            text.hasPrefix(Self.protobufPrefix) ? text.dropFirst(Self.protobufPrefix.count).lowercased() : String(text)
        guard let found = Self.allCases.first(where: { $0.text == name }) else { return nil }
        self = found
    }
}

extension ServiceType: Comparable, CustomStringConvertible {
    public static func < (left: ServiceType, right: ServiceType) -> Bool { left.rawValue < right.rawValue }

    public var description: String { text }
}

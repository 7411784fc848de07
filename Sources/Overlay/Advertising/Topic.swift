/// What an advertisement is found by.
public enum Topic: Hashable, Sendable {
    /// A service, as `type:name`.
    case service(String)
    /// A model, by its id.
    case model(String)

    private static let domain = Array("sam topic v1\0".utf8)

    /// Where advertisements of the topic are looked for: SHA-256 of `"sam topic v1"`, a zero byte, a byte for the kind
    /// (1 service, 2 model) and the name.
    public var key: NodeKey {
        switch self {
        case .service(let name): NodeKey(hashing: Self.domain + [1] + Array(name.utf8))
        case .model(let name): NodeKey(hashing: Self.domain + [2] + Array(name.utf8))
        }
    }
}

extension Topic: CustomStringConvertible {
    public var description: String {
        switch self {
        case .service(let name): "the service \(name)"
        case .model(let name): "the model \(name)"
        }
    }
}

import Gossip

/// The services that a token grants: `*`, `inference:*`, `inference:a.*`, `inference:*.b` or `inference:name`, each
/// also in the form `inference://…`.
public struct ServicePattern: Hashable, Sendable {
    enum Reach: Hashable, Sendable {
        case everything
        case type(String, GrantExtent)
    }

    let reach: Reach

    /// SAM's own services, which are no entries of the catalog.
    private static let systemType = "system"
    private static let types = ServiceType.allCases.map(\.text) + [systemType]

    public static let everything = ServicePattern(reach: .everything)

    public init(_ service: ServiceName) {
        reach = .type(service.type.text, .exact(service.name))
    }

    public init(parsing text: String) throws(InvalidPattern) {
        if text == "*" {
            self = .everything
            return
        }
        guard let (type, rest) = text.splitAtScheme else {
            throw InvalidPattern(text: text, expected: "\"*\" or type:name, like inference:openrouter or inference:*")
        }
        if type == "*", rest == "*" {
            self = .everything
            return
        }
        guard Self.types.contains(type) else {
            throw InvalidPattern(
                text: text, expected: "a type of \(Self.types.joined(separator: ", ")) before the colon")
        }
        guard let extent = GrantExtent(parsing: rest), Self.isName(extent) else {
            throw InvalidPattern(text: text, expected: "a name, \"*\", \"a.*\" or \"*.b\" behind \(type):")
        }
        self.init(reach: .type(type, extent))
    }

    private init(reach: Reach) {
        self.reach = reach
    }

    /// Whether the literal part could be (part of) a service's name.
    private static func isName(_ extent: GrantExtent) -> Bool {
        switch extent {
        case .all: true
        case .exact(let name): ServiceName(type: .inference, name: name) != nil
        case .prefix(let text): ServiceName(type: .inference, name: text + "x") != nil
        case .suffix(let text): ServiceName(type: .inference, name: "x" + text) != nil
        }
    }
}

extension ServicePattern: CustomStringConvertible {
    /// In the form that it can be parsed from.
    public var description: String {
        switch reach {
        case .everything: "*"
        case .type(let type, let extent): "\(type):\(extent.text)"
        }
    }
}

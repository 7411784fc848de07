/// The part of a pattern behind its type: which names it stands for.
enum GrantExtent: Hashable, Sendable {
    case exact(String)
    /// Names that begin with the text, which ends with a dot.
    case prefix(String)
    /// Names that end with the text, which begins with a dot.
    case suffix(String)
    case all

    /// `*`, `a.*`, `*.b` or a name; `nil` when there is a `*` anywhere else, or nothing at all.
    init?(parsing text: some StringProtocol) {
        if text == "*" {
            self = .all
        } else if text.hasSuffix(".*"), text.count > 2 {
            self = .prefix(String(text.dropLast()))
        } else if text.hasPrefix("*."), text.count > 2 {
            self = .suffix(String(text.dropFirst()))
        } else if !text.isEmpty {
            self = .exact(String(text))
        } else {
            return nil
        }
        guard !literal.contains("*") else { return nil }
    }

    /// The text without its wildcard.
    var literal: String {
        switch self {
        case .exact(let text), .prefix(let text), .suffix(let text): text
        case .all: ""
        }
    }

    var text: String {
        switch self {
        case .exact(let text): text
        case .prefix(let text): text + "*"
        case .suffix(let text): "*" + text
        case .all: "*"
        }
    }
}

extension StringProtocol {
    /// The text before the first colon and the one behind it, without the `//` of a URI.
    var splitAtScheme: (scheme: String, rest: String)? {
        guard let colon = firstIndex(of: ":") else { return nil }
        let rest = self[index(after: colon)...]
        return (String(self[..<colon]), String(rest.hasPrefix("//") ? rest.dropFirst(2) : rest))
    }
}

/// Why a text is no pattern; the description says what was expected.
public struct InvalidPattern: Error, Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public let expected: String

    public var description: String { "found \"\(text)\", expected \(expected)" }
}

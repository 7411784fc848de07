/// Why a text is no invitation, or why values do not make one: the field, what it holds and what belongs there.
public struct InvitationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `text` for the whole, otherwise the name before the `=`.
    public let field: String
    /// As it stands in the text, shortened and without control characters.
    public let found: String
    public let expected: String

    init(_ field: String, found: String, expected: String) {
        self.field = field
        self.found = found
        self.expected = expected
    }

    public var description: String { "\(field): found \(found), expected \(expected)" }

    /// Text of others in quotes, on one line and short.
    static func quoted(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(InvitationLimits.shownCharacters) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return "\"\(shown)\"" + (text.unicodeScalars.count > InvitationLimits.shownCharacters ? "…" : "")
    }
}

extension String {
    /// The text between double quotes, on one line and not longer than a line of a terminal bears; control characters
    /// are escaped so that a file's content cannot rewrite the screen.
    public var quotedForMessage: String {
        let limit = 100
        var shown = ""
        for scalar in unicodeScalars.prefix(limit) {
            switch scalar {
            case "\"", "\\": shown += "\\\(scalar)"
            case "\n": shown += "\\n"
            case "\t": shown += "\\t"
            case _ where scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return unicodeScalars.count > limit ? "\"\(shown)…\"" : "\"\(shown)\""
    }
}

extension [String] {
    /// `a`, `a or b`, `a, b or c`.
    public var asAlternatives: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " or " + last
    }
}

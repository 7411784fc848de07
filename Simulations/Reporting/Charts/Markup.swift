/// Elements and escaped text of HTML and SVG, written so that the result is well-formed XML too.
struct Markup: Sendable {
    private(set) var text = ""

    /// Escapes.
    mutating func add(text plain: String) {
        text += Self.escaped(plain)
    }

    mutating func add(_ markup: Markup) {
        text += markup.text
    }

    /// As it is: for text that this package itself wrote.
    mutating func add(trusted: StaticString) {
        text += trusted.description
    }

    mutating func add(_ name: StaticString, _ attributes: [(StaticString, String)] = [], _ plain: String) {
        add(name, attributes) { $0.add(text: plain) }
    }

    mutating func add(
        _ name: StaticString, _ attributes: [(StaticString, String)] = [], body: (inout Markup) -> Void
    ) {
        open(name, attributes)
        text += ">"
        body(&self)
        text += "</\(name)>"
    }

    /// An element without content.
    mutating func add(_ name: StaticString, _ attributes: [(StaticString, String)]) {
        open(name, attributes)
        text += "/>"
    }

    private mutating func open(_ name: StaticString, _ attributes: [(StaticString, String)]) {
        text += "<\(name)"
        for (name, value) in attributes { text += " \(name)=\"\(Self.escaped(value))\"" }
    }

    /// What would be markup becomes an entity; characters that XML does not have, such as most controls, are replaced.
    static func escaped(_ plain: String) -> String {
        var result = ""
        result.reserveCapacity(plain.utf8.count)
        for scalar in plain.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE:
                result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

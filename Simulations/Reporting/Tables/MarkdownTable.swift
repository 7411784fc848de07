/// A table for a document. Cells are text, not markup, apart from backquotes; what would end a cell or a row is escaped.
struct MarkdownTable {
    private let columns: Int
    private var lines: [String]

    init(_ titles: [String]) {
        columns = titles.count
        lines = [
            "| " + titles.map(Self.escaped).joined(separator: " | ") + " |",
            "|" + String(repeating: "---|", count: columns),
        ]
    }

    /// Cells that are missing are empty.
    mutating func add(_ cells: [String]) {
        let missing = Array(repeating: "", count: max(0, columns - cells.count))
        lines.append("| " + (cells + missing).prefix(columns).map(Self.escaped).joined(separator: " | ") + " |")
    }

    /// Ended by a line feed.
    var text: String { lines.joined(separator: "\n") + "\n" }

    static func escaped(_ cell: String) -> String {
        var text = ""
        for character in cell {
            switch character {
            case "|": text += "\\|"
            case "<": text += "&lt;"
            case _ where character.isNewline: text += " "
            default: text.append(character)
            }
        }
        return text
    }
}

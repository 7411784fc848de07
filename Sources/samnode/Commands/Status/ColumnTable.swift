/// Rows of cells below headers, each column as wide as its widest cell.
struct ColumnTable: Equatable, Sendable {
    /// On which side a column's cells begin.
    enum Alignment: Sendable {
        case left
        /// For numbers.
        case right
    }

    struct Column: Equatable, Sendable {
        var header: String
        var alignment: Alignment

        static func left(_ header: String) -> Column { Column(header: header, alignment: .left) }
        static func right(_ header: String) -> Column { Column(header: header, alignment: .right) }
    }

    private static let gap = "  "

    let columns: [Column]
    private(set) var rows: [[String]] = []

    init(_ columns: Column...) {
        self.columns = columns
    }

    /// - Precondition: one cell for each column.
    mutating func add(_ cells: String...) {
        precondition(cells.count == columns.count, "a row of \(cells.count) cells for \(columns.count) columns")
        rows.append(cells)
    }

    /// The headers and the rows, without a final newline and without spaces at the ends of lines.
    var text: String {
        let lines = [columns.map(\.header)] + rows
        let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line($0, widths: widths) }.joined(separator: "\n")
    }

    private func line(_ cells: [String], widths: [Int]) -> String {
        let padded = columns.indices.map { column in
            let space = String(repeating: " ", count: widths[column] - cells[column].count)
            return columns[column].alignment == .left ? cells[column] + space : space + cells[column]
        }
        var text = padded.joined(separator: Self.gap)
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// A Swift file line by line: as it is, and with the contents of strings and comments taken out, so that rules about
/// code are not about words.
struct SwiftFile: Sendable {
    let path: String
    let lines: [Substring]
    /// As `lines`; comments and the contents of string literals are blank, code inside interpolations stays.
    let code: [Substring]

    init(_ file: TextFile) {
        path = file.path
        lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        code = CodeMask.masked(file.text).split(separator: "\n", omittingEmptySubsequences: false)
    }

    func isIn(_ folders: [String]) -> Bool { folders.contains { path.hasPrefix($0 + "/") } }

    /// `path:line`, counted from one.
    func place(_ index: Int) -> String { "\(path):\(index + 1)" }

    /// Whether the lines of comment that end right above a line, or the line itself, contain one of the words.
    func isExplained(_ index: Int, by words: [String]) -> Bool {
        var comment = lines[index].lowercased()
        var above = index - 1
        while above >= 0, lines[above].drop(while: { $0 == " " }).hasPrefix("//") {
            comment += lines[above].lowercased()
            above -= 1
        }
        return words.contains { comment.contains($0) }
    }
}

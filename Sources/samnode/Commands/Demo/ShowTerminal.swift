import Foundation

/// Where the demo writes. Colours only where a person watches.
struct ShowTerminal: Sendable {
    enum Style: String, Sendable {
        case heading = "1;36"
        case good = "32"
        case bad = "31"
        case faint = "2"
    }

    /// Nobody reads the output any more.
    struct Closed: Error {}

    private let isColoured: Bool
    private let output: @Sendable (String) throws -> Void

    init(isColoured: Bool, output: @escaping @Sendable (String) throws -> Void) {
        self.isColoured = isColoured
        self.output = output
    }

    /// Standard output; plain when it is no terminal, or when `NO_COLOR` is set (https://no-color.org).
    static func standard() -> ShowTerminal {
        let environment = ProcessInfo.processInfo.environment
        let wantsColour = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        return ShowTerminal(isColoured: wantsColour && isatty(STDOUT_FILENO) == 1) { text in
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        }
    }

    /// - Throws: ``Closed``
    func write(_ text: String, _ style: Style? = nil) throws {
        do {
            try output(styled(text, style))
        } catch {
            throw Closed()
        }
    }

    func line(_ text: String = "", _ style: Style? = nil) throws {
        try write(styled(text, style) + "\n")
    }

    func heading(_ text: String) throws {
        try line()
        try line(text, .heading)
    }

    /// Several lines, each with two spaces before it.
    func indented(_ text: String, _ style: Style? = nil) throws {
        for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
            try line(part.isEmpty ? "" : "  \(part)", style)
        }
    }

    private func styled(_ text: String, _ style: Style?) -> String {
        guard isColoured, let style, !text.isEmpty else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }
}

import YAML

/// Values that a command line puts in the place of those of a file, such as `loss=1/20`.
///
/// Their trees have lines behind the last one that a file can have, one for each option, so that a problem with one of them
/// is reported under the option's name and not at a place of the file.
public struct SettingOptions: Sendable {
    /// A file of ``YAMLReader/Settings/maximumBytes`` has fewer lines.
    private static let firstLine = 1 << 30

    private let texts: [String]

    /// - Parameter texts: `path=value` each.
    public init(_ texts: [String]) {
        self.texts = texts
    }

    /// The overrides, and what is wrong with options that are none.
    func overrides() -> (overrides: [ScenarioOverride], problems: [YAMLFileProblem]) {
        var overrides: [ScenarioOverride] = []
        var problems: [YAMLFileProblem] = []
        for (index, text) in texts.enumerated() {
            let mark = YAMLMark(line: Self.firstLine + index, column: 1)
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                let message = "found no value, expected a name and a value such as loss=1/20"
                problems.append(located(mark, message, file: ""))
                continue
            }
            let document = YAMLReader.read(Array(parts[1].utf8))
            problems += document.problems.map { located(mark, $0.message, file: "") }
            let value = document.root?.moved(to: mark) ?? YAMLNode(mark: mark, content: .null)
            overrides.append(ScenarioOverride(YAMLEntry(key: String(parts[0]), keyMark: mark, value: value)))
        }
        return (overrides, problems)
    }

    /// A problem under the name of the file, or of the option that the line stands for.
    func located(_ mark: YAMLMark, _ message: String, file: String) -> YAMLFileProblem {
        let index = mark.line - Self.firstLine
        guard texts.indices.contains(index) else { return YAMLFileProblem(file: file, mark: mark, message: message) }
        return YAMLFileProblem(file: "--set \(texts[index])", mark: .start, message: message)
    }
}

extension YAMLNode {
    /// The same tree as if all of it began at one place.
    fileprivate func moved(to mark: YAMLMark) -> YAMLNode {
        switch content {
        case .list(let elements): YAMLNode(mark: mark, content: .list(elements.map { $0.moved(to: mark) }))
        case .mapping(let entries):
            YAMLNode(
                mark: mark,
                content: .mapping(
                    entries.map { YAMLEntry(key: $0.key, keyMark: mark, value: $0.value.moved(to: mark)) }))
        case .text, .null, .unreadable: YAMLNode(mark: mark, content: content)
        }
    }
}

import Overlay
import YAML

/// Turns the tree of a scenario file into a ``Scenario``. Goes on after a problem, so that one run shows all of them.
struct ScenarioDecoder: YAMLDecoding {
    static let keys = [
        "name", "title", "description", "population", "network", "knobs", "run", "churn", "workloads", "faults",
        "criteria",
        "opponents", "large",
    ]

    private let file: String
    private let settings: SettingOptions
    let reader: ScenarioFile.Reader
    private(set) var problems: [YAMLFileProblem] = []
    /// Filled section by section; later sections are checked against earlier ones.
    var plan = Plan(seed: 0, nodes: 100, duration: .seconds(60))

    init(file: String, settings: SettingOptions, reader: @escaping ScenarioFile.Reader) {
        self.file = file
        self.settings = settings
        self.reader = reader
    }

    mutating func report(_ mark: YAMLMark, _ message: String) {
        problems.append(settings.located(mark, message, file: file))
    }

    /// What the file says in one of its sizes; of use only when there are no problems.
    mutating func scenario(_ root: YAMLNode, size: Scenario.SizeName, overrides: [ScenarioOverride]) -> Scenario? {
        var root = root
        let large = largeOverrides(root)
        for override in (size == .large ? large : []) + overrides {
            if let problem = override.apply(to: &root) { report(override.pathMark, problem) }
        }
        let fields = mapping(root, known: Self.keys, context: "")
        guard case .mapping = root.content else { return nil }
        let name = name(fields["name"], in: root)
        let title = title(fields["title"], in: root)
        let description = value(fields["description"], "description: ", expected: "text") { $0 } ?? ""
        // Moments and numbers of nodes are checked against these two, so they come first.
        run(fields["run"], in: root)
        population(fields["population"], in: root)
        network(fields["network"])
        knobs(fields["knobs"])
        churn(fields["churn"])
        workloads(fields["workloads"])
        faults(fields["faults"])
        let criteria = criteria(fields["criteria"])
        let opponents = opponents(fields["opponents"])
        guard let name, let title else { return nil }
        let standard = Scenario.Size(nodes: plan.nodes, duration: plan.duration)
        return Scenario(
            name: name, title: title, description: description.trimmed, plan: plan, criteria: criteria,
            opponents: opponents, standard: standard, large: fields["large"] == nil ? nil : standard)
    }

    private mutating func largeOverrides(_ root: YAMLNode) -> [ScenarioOverride] {
        guard case .mapping(let entries) = root.content, let large = entries.first(where: { $0.key == "large" })
        else { return [] }
        let expected = "a mapping of names to values, such as nodes: 100k"
        return self.entries(large.value, context: "large: ", expected: expected).map(ScenarioOverride.init)
    }

    private mutating func name(_ node: YAMLNode?, in root: YAMLNode) -> String? {
        let expected = "letters, digits, \".\" and \"-\", such as S07-partition-heal"
        return required(node, "name: ", in: root, expected: expected) { text in
            let isLegal = !text.isEmpty && text.utf8.count <= 64
            return isLegal && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }
                ? text : nil
        }
    }

    private mutating func title(_ node: YAMLNode?, in root: YAMLNode) -> String? {
        required(node, "title: ", in: root, expected: "one line that says what is tested") { text in
            text.isEmpty || text.contains(where: \.isNewline) ? nil : text
        }
    }

    private mutating func criteria(_ node: YAMLNode?) -> [Criterion] {
        let list = elements(node, context: "criteria: ", expected: "a list of criteria such as lookup.success >= 99")
        return list.compactMap { element in
            guard let text = text(element, context: "criteria: ", expected: "text such as lookup.success >= 99")
            else { return nil }
            do throws(CriterionError) {
                return try Criterion(parsing: text)
            } catch {
                report(element.mark, "criteria: \(error)\(figureHint(text))")
                return nil
            }
        }
    }

    /// The figure that was probably meant, in parentheses.
    private func figureHint(_ text: String) -> String {
        let name = String(text.prefix { !" <>=".contains($0) })
        guard !FigureName.all.contains(name), let meant = NearestName.of(name, among: FigureName.all) else { return "" }
        return " (did you mean \(meant.quotedForMessage)?)"
    }

    private mutating func opponents(_ node: YAMLNode?) -> [String] {
        var opponents: [String] = []
        for element in elements(node, context: "opponents: ", expected: "a list of names") {
            guard let name = word(element, "opponents: ", among: ScenarioOpponents.names) else { continue }
            if opponents.contains(name) {
                report(element.mark, "opponents: found \(element.found) a second time, expected it once")
            }
            opponents.append(name)
        }
        return opponents
    }
}

extension String {
    /// Without spaces and line ends around it.
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(
            start.prefix(upTo: start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex))
    }
}

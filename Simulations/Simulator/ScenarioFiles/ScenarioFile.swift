import Overlay
import YAML

/// Reads scenario files. `docs/scenario-files.md` describes them.
public enum ScenarioFile {
    /// Reads the files that a scenario names, such as a matrix of latencies. Gets the path as it is written; throws a reason
    /// in words.
    public typealias Reader = (String) throws(UnreadableFile) -> [UInt8]

    /// Why a file that a scenario names cannot be read.
    public struct UnreadableFile: Error, Sendable {
        /// In words, such as `it does not exist`.
        public let reason: String

        public init(reason: String) {
            self.reason = reason
        }
    }

    /// A scenario in one of its sizes. Both sizes are checked, whichever is asked for.
    ///
    /// - Parameter file: the name that problems are reported under.
    /// - Parameter settings: values that stand in for those of the file.
    /// - Throws: everything that is wrong with the text, in the order of the file.
    public static func read(
        _ text: [UInt8], file: String, size: Scenario.SizeName = .standard, settings: SettingOptions = .init([]),
        reader: @escaping Reader
    ) throws(YAMLFileError) -> Scenario {
        let document = YAMLReader.read(text)
        let (overrides, unusable) = settings.overrides()
        let problems = unusable + document.problems.map { settings.located($0.mark, $0.message, file: file) }
        guard let root = document.root else {
            let nothing = settings.located(.start, "found nothing, expected a scenario", file: file)
            throw YAMLFileError(problems.isEmpty ? [nothing] : problems)
        }
        var scenarios: [Scenario.SizeName: Scenario] = [:]
        var all = problems
        for name in Scenario.SizeName.allCases {
            var decoder = ScenarioDecoder(file: file, settings: settings, reader: reader)
            scenarios[name] = decoder.scenario(root, size: name, overrides: overrides)
            for problem in decoder.problems where !all.contains(problem) { all.append(problem) }
        }
        guard all.isEmpty, let standard = scenarios[.standard], let large = scenarios[.large] else {
            throw YAMLFileError(all)
        }
        var scenario = size == .standard ? standard : large
        scenario.standard = Scenario.Size(nodes: standard.plan.nodes, duration: standard.plan.duration)
        let largeSize = Scenario.Size(nodes: large.plan.nodes, duration: large.plan.duration)
        scenario.large = scenario.large == nil ? nil : largeSize
        return scenario
    }
}

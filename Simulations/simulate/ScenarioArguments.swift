import ArgumentParser
import Simulator

/// Which scenarios are meant, and what is different from their files.
struct ScenarioArguments: ParsableArguments {
    @Argument(help: "A name such as S07, which may mean several, the path of a file, or all.")
    var scenarios: [String] = []
    @Option(name: .customLong("scenarios"), help: ArgumentHelp("Where scenarios are looked for.", valueName: "folder"))
    var folder: String?
    @Flag(help: "The size that the scenario is meant for, which may take hours.")
    var large = false
    @Option(help: "Another number of nodes, such as 500 or 10k.")
    var nodes: String?
    @Option(help: ArgumentHelp("Another value for one of the file, such as loss=1/20.", valueName: "name=value"))
    var set: [String] = []
    @Option(help: "How messages travel: values, encoded or real.")
    var fidelity: String?

    /// What has to be written to have the same differences again.
    var differences: [String] {
        (large ? ["--large"] : []) + (nodes.map { ["--nodes", $0] } ?? [])
            + (fidelity.map { ["--fidelity", $0] } ?? [])
            + set.flatMap { ["--set", $0.contains(" ") ? "'\($0)'" : $0] }
    }

    /// - Throws: when no scenario is named.
    func requireSome() throws {
        guard scenarios.isEmpty else { return }
        throw ValidationError("found no scenario; name one such as S07, see `simulate list`")
    }

    /// Every scenario that is meant, in the order of the arguments.
    func load() throws -> [Scenario] {
        let library = try ScenarioLibrary(folder: folder)
        var settings = set
        if let nodes { settings.append("nodes=\(nodes)") }
        if let fidelity { settings.append("fidelity=\(fidelity)") }
        let options = SettingOptions(settings)
        return try scenarios.flatMap { try library.files(named: $0) }.map { file in
            try ScenarioLibrary.read(file, size: large ? .large : .standard, settings: options)
        }
    }
}

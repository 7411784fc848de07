import ArgumentParser
import Foundation
import Reporting
import Simulator
import Synchronization

/// `simulate run`: scenarios, our node and its opponents beside each other.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run scenarios and check what they demand.",
        discussion: """
            Exits with 0 when everything held, with 1 when a property or a criterion did not, with 3 for a scenario or
            arguments that make no sense, and with 4 when a limit of memory or time was reached.
            """)

    @OptionGroup var arguments: ScenarioArguments
    @OptionGroup var seedArguments: SeedArguments
    @OptionGroup var limitArguments: LimitArguments
    @Option(help: "Threads that share the work of one run; the result is the same.")
    var threads = 1
    @Flag(help: "Leave the systems out that run for comparison.")
    var withoutOpponents = false
    @Option(help: ArgumentHelp("Write every run as lines of JSON.", valueName: "file"))
    var json: String?
    @Option(help: ArgumentHelp("Write a page about the runs of one scenario.", valueName: "file.html"))
    var report: String?

    func validate() throws {
        try arguments.requireSome()
        guard (1...World.mostThreads).contains(threads) else {
            throw ValidationError("--threads \(threads): expected 1 to \(World.mostThreads)")
        }
    }

    func run() throws {
        let scenarios = try arguments.load()
        if report != nil, scenarios.count > 1 {
            throw ValidationError(
                "--report is about one scenario; found \(scenarios.map(\.name).joined(separator: ", "))")
        }
        let seeds = seedArguments.draw()
        Console.result(seeds.count == 1 ? "seed \(seeds[0])" : "seeds \(seeds[0])-\(seeds[seeds.count - 1])")
        let records = try self.records(of: scenarios, seeds: seeds)
        if let json { try OutputFile.write(try records.map(JSONLines.text(of:)).joined(), to: json) }
        if let report { try OutputFile.write(try HTMLReport(records).html, to: report) }
        guard records.filter(\.isOwn).allSatisfy(\.hasPassed) else { throw ExitStatus.fellShort }
    }

    /// Every system with every seed in every scenario; what came of a scenario is printed when its last run is over.
    private func records(of scenarios: [Scenario], seeds: [UInt64]) throws -> [RunRecord] {
        let batches = scenarios.map { runs(of: $0, seeds: seeds) }
        let scenarioOfRun = batches.enumerated().flatMap { number, runs in runs.map { _ in number } }
        let gathered = Mutex(scenarioOfRun.map { _ in RunRecord?.none })
        try RunPool.run(batches.flatMap { $0 }, threads: threads, limits: limitArguments.limits) { index, result in
            let scenario = scenarioOfRun[index]
            let record = record(result, of: scenarios[scenario])
            let complete = gathered.withLock { gathered -> [RunRecord]? in
                gathered[index] = record
                let own = zip(scenarioOfRun, gathered).filter { $0.0 == scenario }.map(\.1)
                return own.contains { $0 == nil } ? nil : own.compactMap { $0 }
            }
            if let complete { Console.result(ScenarioReport(scenarios[scenario], complete).text) }
        }
        return gathered.withLock { $0 }.compactMap { $0 }
    }

    private func runs(of scenario: Scenario, seeds: [UInt64]) -> [SystemRun] {
        let systems = [SystemRun.ownSystem] + (withoutOpponents ? [] : scenario.opponents)
        return seeds.flatMap { seed in
            systems.map { system in
                var plan = scenario.plan
                (plan.seed, plan.threads) = (seed, threads)
                return SystemRun(scenario: scenario.name, plan: plan, system: system)
            }
        }
    }

    private func record(_ result: SystemRun.Result, of scenario: Scenario) -> RunRecord {
        let outcome = result.outcome
        let isOwn = outcome.system == SystemRun.ownSystem
        let words = ["simulate run", scenario.name, "--seed \(outcome.plan.seed)"] + arguments.differences
        // Of several runs side by side nobody knows which one took the memory.
        let memory = threads > 1 || ProcessInfo.processInfo.activeProcessorCount == 1 ? RunLimits.peakMemory : nil
        return RunRecord(
            outcome, scenario: scenario.name, summary: scenario.title, criteria: isOwn ? scenario.criteria : [],
            cost: RunCost(wallSeconds: Double(result.wallTime.milliseconds) / 1_000, memory: memory), tool: "simulate",
            command: words.joined(separator: " "))
    }
}

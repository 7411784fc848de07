import ArgumentParser
import Foundation
import Overlay
import Simulator

/// `simulate verify`: the same plan goes the same way, however it is run.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that a scenario goes the same way twice, on one thread and two, and with values and bytes.",
        discussion: "Exits with 0 when all traces are equal and with 2 when one is not.")

    @OptionGroup var arguments: ScenarioArguments
    @OptionGroup var seedArguments: SeedArguments
    @OptionGroup var limitArguments: LimitArguments

    private struct Way {
        let title: String
        let fidelity: Fidelity
        let threads: Int
    }

    private static let ways = [
        Way(title: "values, 1 thread", fidelity: .values, threads: 1),
        Way(title: "the same again", fidelity: .values, threads: 1),
        Way(title: "values, 2 threads", fidelity: .values, threads: 2),
        Way(title: "encoded, 1 thread", fidelity: .encoded, threads: 1),
        Way(title: "encoded, 2 threads", fidelity: .encoded, threads: 2),
    ]

    func validate() throws {
        try arguments.requireSome()
        guard arguments.fidelity == nil else {
            throw ValidationError("--fidelity makes no sense here, because values and encoded are compared")
        }
    }

    func run() throws {
        var isEqual = true
        for scenario in try arguments.load() {
            for seed in seedArguments.draw() {
                Console.result("seed \(seed)\n\(scenario.name)")
                let digests = try Self.ways.map { try digest(of: scenario, seed: seed, $0) }
                isEqual = isEqual && Set(digests).count == 1
                Console.result(Set(digests).count == 1 ? "  all equal" : "  not deterministic")
            }
        }
        guard isEqual else { throw ExitStatus.notDeterministic }
    }

    private func digest(of scenario: Scenario, seed: UInt64, _ way: Way) throws -> String {
        var plan = scenario.plan
        (plan.seed, plan.fidelity, plan.threads) = (seed, way.fidelity, way.threads)
        let run = SystemRun(scenario: scenario.name, plan: plan, system: SystemRun.ownSystem)
        let board = ProgressBoard(runs: 1)
        defer { board.clear() }
        let result = try run.run(limits: limitArguments.limits, board: board)
        let padding = String(repeating: " ", count: max(0, 18 - way.title.count))
        Console.result("  \(way.title)\(padding)  \(result.outcome.digest)  \(result.outcome.events) events")
        return result.outcome.digest
    }
}

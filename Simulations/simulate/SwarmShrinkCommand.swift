import ArgumentParser
import Foundation
import Simulator

/// `simulate shrink`: makes a run that fails smaller.
struct SwarmShrinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shrink", abstract: "Find a smaller plan that fails with the same property.",
        discussion: "Exits with 0 when nothing failed, and with 1 otherwise.")

    @Argument(help: "As a swarm prints it.", transform: SwarmArguments.fingerprint)
    var fingerprint: Fingerprint
    @Option(help: "Runs at most.")
    var budget = 1_000
    @Option(help: "The name of the property to look for, such as catalog.converged; the first that fails otherwise.")
    var property: String?

    func validate() throws {
        guard budget >= 0 else { throw ValidationError("--budget \(budget): a number from 0 on is expected") }
    }

    func run() throws {
        let pool = try SwarmPool(jobs: 1, patience: SwarmArguments.patience)
        defer { pool.close() }
        try pool.begin(fingerprint, looking: property)
        var done: [SwarmPool.Done] = []
        while done.isEmpty { done = try pool.take() }
        guard let failure = try done.first?.result.get().failure else {
            Console.result("every property held; there is nothing to make smaller")
            return
        }
        Console.result(failure.text)
        try SwarmReport.show(fingerprint, failing: failure, shrinking: budget, with: pool)
        throw ExitCode(1)
    }
}

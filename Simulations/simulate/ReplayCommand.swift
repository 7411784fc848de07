import ArgumentParser
import Simulator

/// `simulate replay`: runs what a fingerprint names, once more.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Run what a fingerprint names, as a swarm did.",
        discussion: "Exits with 0 when every property held, and with 1 when one did not.")

    private static let mostShown = 20

    @Argument(
        help: "v3:<seed>, v3:<seed>:<focus> or v1p:<plan>, as a swarm prints them.",
        transform: SwarmArguments.fingerprint)
    var fingerprint: Fingerprint
    @Flag(help: "Only say what is in it.")
    var explain = false

    func run() throws {
        let plan = fingerprint.plan
        for line in PlanWords(plan).lines { Console.result(line) }
        guard !explain else { return }
        let outcome: RunOutcome
        do throws(WorldError) {
            var run = try Run(plan)
            outcome = run.finish()
        } catch {
            throw ValidationError(error.description)
        }
        Console.result("\(outcome.events) events, \(outcome.virtualTime), digest \(outcome.digest)")
        for violation in outcome.violations.first.prefix(Self.mostShown) { Console.result("\(violation)") }
        Console.result(
            outcome.violations.isEmpty ? "every property held" : "\(outcome.violations.count) violations")
        guard outcome.violations.isEmpty else { throw ExitCode(1) }
    }
}

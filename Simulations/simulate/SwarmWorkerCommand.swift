import ArgumentParser
import Simulator

/// `simulate swarm-worker`: what a swarm starts, one for each job.
struct SwarmWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swarm-worker", abstract: "Run the plans whose fingerprints come on standard input.",
        shouldDisplay: false)

    func run() throws {
        while let line = readLine() {
            let parts = line.split(separator: "\t", maxSplits: 1)
            Console.result(answer(to: parts.first ?? "", looking: parts.dropFirst().first.map(String.init)))
        }
    }

    private func answer(to fingerprint: Substring, looking property: String?) -> String {
        do throws(PlanTextError) {
            let plan = try Fingerprint(parsing: String(fingerprint)).plan
            do throws(WorldError) {
                return try SwarmRun.verdict(on: plan, looking: property).line
            } catch {
                return error.description
            }
        } catch {
            return error.description
        }
    }
}

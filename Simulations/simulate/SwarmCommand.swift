import ArgumentParser
import Foundation
import Simulator

/// `simulate swarm`: many small worlds, each drawn from a seed, until one of them shows a defect.
struct SwarmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swarm",
        abstract: "Run many small drawn worlds; make the first failure smaller and say how to replay it.",
        discussion: """
            Each seed draws a plan: nodes, network, work, faults. One run in twenty is made twice and has to go the same way. \
            Exits with 0 when all properties held in all runs, with 1 when one did not, with 2 when a run went another \
            way when it was repeated.
            """)

    @Option(help: "From which to which seed, such as 1-1000.", transform: SwarmArguments.seeds)
    var seeds: ClosedRange<UInt64>?
    @Option(help: "Stop after this many minutes.")
    var minutes: UInt64?
    @Option(help: "Processes that run worlds at the same time.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "What plans have most of: general, catalog, routing or links.", transform: SwarmArguments.focus)
    var focus = SwarmFocus.general
    @Flag(inversion: .prefixedNo, help: "Make the first failure smaller.")
    var shrink = true
    @Option(help: "Runs for making it smaller, at most.")
    var budget = 1_000
    @Flag(help: "Go on after a failure.")
    var keepGoing = false

    func validate() throws {
        guard (1...1_024).contains(jobs) else { throw ValidationError("--jobs \(jobs): from 1 to 1024 are expected") }
        guard budget >= 0 else { throw ValidationError("--budget \(budget): a number from 0 on is expected") }
        if let minutes, !(1...100_000).contains(minutes) {
            throw ValidationError("--minutes \(minutes): from 1 to 100000 are expected")
        }
    }

    func run() throws {
        let pool = try SwarmPool(jobs: jobs, patience: SwarmArguments.patience)
        defer { pool.close() }
        var search = SwarmSearch(
            seeds: seeds ?? Self.freshSeeds(isEndless: minutes != nil), focus: focus,
            limit: minutes.map { .seconds($0 * 60) }, keepsGoing: keepGoing)
        Console.result("seeds from \(search.seeds.lowerBound), \(jobs) processes, focus \(focus.rawValue)")
        try search.search(with: pool)
        Console.result(Self.summary(of: search))
        if let refusal = search.refusal { Console.result("\(search.refused) plans were not run; \(refusal)") }
        if let fingerprint = search.erratic.first {
            Console.result("went another way when it was repeated: simulate replay \(fingerprint)")
            throw ExitCode(2)
        }
        guard let first = search.failures.first else { return }
        try SwarmReport.show(
            first.fingerprint, failing: first.failure, shrinking: shrink ? budget : 0, with: pool)
        throw ExitCode(1)
    }

    /// Without seeds every swarm looks elsewhere; what it drew is printed.
    private static func freshSeeds(isEndless: Bool) -> ClosedRange<UInt64> {
        let first = UInt64.random(in: 0...UInt64(UInt32.max)) << 20
        return first...(isEndless ? .max : first + 999)
    }

    private static func summary(of search: SwarmSearch) -> String {
        let perHour = (search.runs * 3_600).perSecond(in: search.elapsed)
        return "\(search.runs) runs in \(search.elapsed.milliseconds / 1_000) s (\(perHour) an hour), "
            + "\(search.events) events, \(search.failures.count) failures"
    }
}

/// Values of options.
enum SwarmArguments {
    /// A run of a swarm takes seconds; one that takes this long does not end.
    static let patience = Duration.seconds(300)

    static func seeds(_ text: String) throws -> ClosedRange<UInt64> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
        guard (1...2).contains(parts.count), let first = parts[0], let last = parts[parts.count - 1], first <= last
        else { throw ValidationError("'\(text)' are no seeds; expected such as 1-1000") }
        return first...last
    }

    static func focus(_ text: String) throws -> SwarmFocus {
        guard let focus = SwarmFocus(rawValue: text) else {
            let names = SwarmFocus.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(text)' is no focus; expected one of \(names)")
        }
        return focus
    }

    static func fingerprint(_ text: String) throws -> Fingerprint {
        do throws(PlanTextError) {
            return try Fingerprint(parsing: text)
        } catch {
            throw ValidationError(error.description)
        }
    }
}

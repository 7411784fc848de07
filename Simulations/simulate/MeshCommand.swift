import ArgumentParser
import Overlay
import Simulator

/// `simulate mesh`: nodes link up and announce their services until everybody knows everything.
struct MeshCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mesh", abstract: "Let nodes join, link up and announce their services over lossy links.")

    /// How much virtual time passes between two looks at the real clock.
    private static let slice = TimeSpan.milliseconds(100)

    @Option(help: "Nodes.")
    var nodes = 100
    @Option(help: "Everything that is random follows from it. Drawn and printed when it is left out.")
    var seed: UInt64?
    @Option(help: "Share of packets that are lost.", transform: ArgumentValues.ratio)
    var loss = Ratio(1, 50)
    @Option(help: "One-way latency of pairs of nodes, from-to in milliseconds.", transform: ArgumentValues.latency)
    var latency = SpanRange(.milliseconds(10), .milliseconds(100))
    @Option(help: "Services that each node offers.")
    var services = 1
    @Option(help: "Nodes that offer services; all of them when it is left out.")
    var publishers: Int?
    @Option(help: "Nodes that everybody knows at the start.")
    var bootstraps: Int?
    @Option(help: "Within which all nodes start.", transform: ArgumentValues.span)
    var join = TimeSpan.seconds(5)
    @Option(help: "How far clocks are wrong at most.", transform: ArgumentValues.span)
    var skew = TimeSpan.milliseconds(500)
    @Option(help: "Cuts half of the nodes off from the others, from-to.", transform: ArgumentValues.period)
    var partition: SpanRange?
    @Option(help: "Virtual time until everything has to settle.", transform: ArgumentValues.span)
    var duration = TimeSpan.seconds(60)
    @Option(help: "How messages travel: values, encoded or real.")
    var fidelity = Fidelity.encoded
    @Option(help: "Threads that share the work, 1 or 2.")
    var threads = 1
    @Flag(help: "Give every node fewer links and smaller tables.")
    var small = false
    @Flag(help: "Print the result as one line of JSON.")
    var json = false

    func validate() throws {
        guard nodes >= 1 else { throw ValidationError("--nodes \(nodes): a world has at least one node") }
        guard services >= 0 else { throw ValidationError("--services \(services): a number from 0 on is expected") }
        if let bootstraps, !(1...nodes).contains(bootstraps) {
            throw ValidationError("--bootstraps \(bootstraps): a number from 1 to --nodes is expected")
        }
        if let partition, partition.longest >= duration {
            throw ValidationError("--partition: it has to end before --duration \(duration.secondsText) does")
        }
    }

    func run() throws {
        let seed = seed ?? UInt64.random(in: 0 ... .max)
        if json { Console.note("seed \(seed)") } else { Console.result("seed \(seed)") }
        var run = try makeRun(seed: seed)
        var progress = Progress(duration: duration)
        while !run.isDone {
            run.advance(by: Self.slice)
            progress.show(run.world)
        }
        let outcome = run.finish()
        let elapsed = progress.finish()
        if json {
            Console.result(try ReportJSON(outcome, wallTime: elapsed).text)
        } else {
            Console.result(ReportText(outcome, wallTime: elapsed).text)
        }
        guard outcome.violations.isEmpty else { throw ExitCode(1) }
    }

    private func makeRun(seed: UInt64) throws -> Run {
        var plan = Plan(seed: seed, nodes: nodes, duration: duration)
        plan.fidelity = fidelity
        plan.threads = threads
        plan.publishers = publishers ?? nodes
        plan.servicesPerPublisher = services
        plan.bootstraps = bootstraps ?? min(plan.bootstraps, nodes)
        plan.joinWindow = join
        plan.clockSkew = skew
        plan.loss = loss
        plan.latency = .uniform(latency)
        plan.profile = small ? .small : .standard
        if let partition {
            let half = NodeSelection.share(Ratio(1, 2), salt: 0)
            plan.faults = [PlannedFault(.partition, of: half, from: partition.shortest, until: partition.longest)]
        }
        do {
            return try Run(plan)
        } catch {
            throw ValidationError(error.description)
        }
    }
}

extension Fidelity: ExpressibleByArgument {}

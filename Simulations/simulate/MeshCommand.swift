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
        var scenario = try makeScenario(seed: seed)
        var progress = Progress(duration: duration)
        while !scenario.isDone {
            scenario.advance(by: Self.slice)
            progress.show(scenario.world)
        }
        let report = scenario.finish()
        let elapsed = progress.finish()
        if json {
            Console.result(try ReportJSON(report, wallTime: elapsed).text)
        } else {
            Console.result(ReportText(report, wallTime: elapsed).text)
        }
        guard report.hasPassed else { throw ExitCode(1) }
    }

    private func makeScenario(seed: UInt64) throws -> MeshScenario {
        var settings = WorldSettings(seed: seed, nodes: nodes)
        settings.servicesPerNode = services
        settings.bootstraps = bootstraps ?? min(settings.bootstraps, nodes)
        settings.joinWindow = join
        settings.clockSkew = skew
        settings.network.loss = loss
        settings.network.latency = latency
        if let partition {
            settings.faults = Fault.partition(from: partition.shortest, until: partition.longest, in: settings)
        }
        do {
            return try MeshScenario(settings, duration: duration)
        } catch let error as WorldError {
            throw ValidationError(error.description)
        }
    }
}

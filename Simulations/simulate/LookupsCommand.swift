import ArgumentParser
import Overlay
import Simulator

/// `simulate lookups`: what one lookup costs and finds in a network of any size, beside plain Kademlia.
struct LookupsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookups",
        abstract: "Let drawn nodes of a large network search drawn keys, beside plain Kademlia.",
        discussion: """
            Only the nodes that a search asks are made, with tables drawn from all keys, so that a search among 100,000 nodes
            takes milliseconds. The nodes are those that ship; round trips, losses and the dead are drawn.
            """)

    @OptionGroup var seeds: SeedArguments
    @Option(help: "Nodes that tables know of, dead ones included.")
    var nodes = 100_000
    @Option(help: "Searches with each seed.")
    var searches: UInt64 = 1_000
    @Option(help: "Round trips of pairs of nodes, from-to in milliseconds.", transform: ArgumentValues.latency)
    var roundTrip = SpanRange(.milliseconds(20), .milliseconds(200))
    @Option(help: "Share of nodes that are dead, though tables have them.", transform: ArgumentValues.ratio)
    var dead = Ratio(1, 5)
    @Option(help: "Share of datagrams that are lost, in each direction.", transform: ArgumentValues.ratio)
    var loss = Ratio(1, 100)

    func validate() throws {
        guard (2...LookupPlan.mostNodes).contains(nodes) else {
            throw ValidationError("--nodes \(nodes): a number from 2 to \(LookupPlan.mostNodes) is expected")
        }
        guard searches > 0 else { throw ValidationError("--searches 0: a number from 1 on is expected") }
    }

    func run() throws {
        var figures = LookupContender.allCases.map { ($0, LookupFigures()) }
        for seed in seeds.draw() {
            Console.result("seed \(seed)")
            var plan = LookupPlan(seed: seed, nodes: nodes)
            plan.roundTrip = roundTrip
            plan.dead = dead
            plan.loss = loss
            var world = LookupWorld(plan)
            for index in figures.indices {
                let contender = figures[index].0
                for number in 0..<searches { figures[index].1.note(world.search(number, as: contender)) }
            }
        }
        var table = TextTable()
        table.add(
            "", "searches", "exact", "depth", "found p50", "p99", "over p50", "p99", "asked", "datagrams", "bytes")
        for (contender, figures) in figures { table.add(contender.rawValue, figures) }
        Console.result(table.text)
        guard figures.allSatisfy({ $0.1.endless == 0 }) else { throw ExitCode(1) }
    }
}

extension TextTable {
    fileprivate mutating func add(_ name: String, _ figures: LookupFigures) {
        func time(_ histogram: Histogram, _ thousandth: UInt64) -> String {
            histogram.value(atThousandth: thousandth).map { "\($0 / 1_000) ms" } ?? "–"
        }
        func mean(_ histogram: Histogram, _ digits: Double) -> String {
            histogram.mean.map { "\(($0 * digits).rounded() / digits)" } ?? "–"
        }
        let share = Double(figures.exact) * 100 / Double(max(figures.searches, 1))
        add(
            name, "\(figures.searches)", "\((share * 100).rounded() / 100) %", mean(figures.depth, 100),
            time(figures.found, 500), time(figures.found, 990), time(figures.over, 500), time(figures.over, 990),
            mean(figures.queries, 10), mean(figures.datagrams, 10), mean(figures.bytes, 1))
    }
}

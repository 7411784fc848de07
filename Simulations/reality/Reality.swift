import ArgumentParser
import Gossip
import Inference
import Overlay
import Simulator

/// The simulated half of the comparison with real processes: the same nodes, delays and updates, and figures as JSON.
@main
struct Reality: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reality",
        abstract: "Simulate a small mesh whose twin runs as real processes; see Tests/Reality.")

    @Option(help: "Decides when nodes start, their keys and everything random.")
    var seed: UInt64 = 1
    @Option(help: "How many nodes there are.")
    var nodes = 20
    @Option(help: "How many of them the others begin with.")
    var bootstraps = 3
    @Option(help: "Milliseconds that every packet takes, one way.")
    var delay: UInt64 = 20
    @Option(help: "Milliseconds within which nodes start.")
    var joinWindow: UInt64 = 10_000
    @Option(help: "An update: the node, a colon, and milliseconds since the beginning. Repeatable.")
    var update: [PlannedUpdate] = []
    @Option(help: "Milliseconds since the beginning at which figures begin anew.")
    var from: UInt64 = 0
    @Option(help: "Milliseconds since the beginning at which the run ends; 0 shows only when nodes start.")
    var until: UInt64 = 0

    mutating func run() throws {
        var plan = Plan(seed: seed, nodes: nodes, duration: .milliseconds(until))
        plan.bootstraps = bootstraps
        plan.joinWindow = .milliseconds(joinWindow)
        // One machine has one clock.
        plan.clockSkew = .zero
        plan.latency = .uniform(SpanRange(.milliseconds(delay), .milliseconds(delay)))
        plan.jitterPercent = 0
        plan.loss = .never
        var twin = Twin(world: try World(plan))
        if until > 0 {
            try twin.run(updates: update, from: .milliseconds(from), until: .milliseconds(until))
        }
        print(twin.report(starts: starts))
    }

    /// As the world draws them: the nodes that others begin with at once.
    private var starts: [UInt64] {
        let draws = Draws(seed: seed)
        let window = SpanRange(.zero, .milliseconds(joinWindow))
        return (0..<nodes).map { node in
            node < bootstraps ? 0 : draws.span(in: window, .start, of: UInt64(node)).milliseconds
        }
    }
}

/// A node that offers one service more or one less at a certain moment.
struct PlannedUpdate: ExpressibleByArgument {
    let node: Int
    let moment: TimeSpan

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let node = UInt16(parts[0]), let milliseconds = UInt64(parts[1]) else { return nil }
        self.node = Int(node)
        moment = .milliseconds(milliseconds)
    }
}

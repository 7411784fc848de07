import ArgumentParser
import Foundation
import Measuring

/// `overlay-benchmark idle`: what nodes cost that nobody asks for anything.
struct IdleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle", abstract: "Measure nodes of a mesh that have nothing to do.",
        discussion: """
            Starts a mesh of samnode processes, lets it settle and reads what each has resident, how many links it has, and \
            what they send over loopback with all headers. The latter needs a network namespace of its own, so root, unshare \
            and ip. With --p2pd the same of as many p2pd with their DHT.
            """)

    private struct Status: Decodable {
        var links: Int
    }

    @Option(help: "Nodes.") var nodes = 30
    @Option(help: "Seconds until the mesh has settled.") var settle = 120
    @Option(help: "Seconds of counting.") var seconds = 180
    @Flag(help: "Measure p2pd beside it.") var p2pd = false
    @Flag(help: .hidden) var inside = false

    func validate() throws {
        guard (2...1_000).contains(nodes) else { throw ValidationError("--nodes: from 2 to 1000 is expected") }
        guard settle >= 0, seconds > 0 else { throw ValidationError("--settle and --seconds: they cannot be negative") }
    }

    func run() throws {
        guard inside || !Namespace.enter() else { return }
        if !inside { print("no network namespace of its own: what others send over loopback is counted too") }
        var table = TextTable()
        table.add(
            "idle, \(nodes) nodes", "MiB p50", "most", "links p50", "most", "bytes/s a node, headers included",
            "CPU ms/s")
        let own = try measureOwn()
        table.add(own.row("samnode"))
        if p2pd, let theirs = try measureDaemons() { table.add(theirs.row("p2pd")) }
        print(table.text)
        Bar.judge("resident, the largest", own.resident.share(1), atMost: 25, unit: "MiB")
        Bar.judge("links, the most", own.links.share(1), atMost: 12)
        if let sent = own.sent { Bar.judge("sent by a node", sent, atMost: 150, unit: "bytes/s") }
    }

    private func measureOwn() throws -> Idleness {
        let mesh = try RealMesh()
        for _ in 0..<nodes { try mesh.start("version: \"v1alpha1\"\n") }
        return try measure(mesh.nodes.map(\.id)) {
            try (0..<nodes).map { Double(try mesh.ask($0, "status", as: Status.self).links) }
        }
    }

    private func measureDaemons() throws -> Idleness? {
        guard let swarm = Competitor.script("swarm.py", "\(nodes)") else { return nil }
        return try measure(try swarm.ask("processes").map { Int32(clamping: $0) }) {
            try swarm.ask("links").map { Double($0) }
        }
    }

    /// - Parameter links: of each node, asked over Unix sockets alone.
    private func measure(_ processes: [Int32], links: () throws -> [Double]) throws -> Idleness {
        Thread.sleep(forTimeInterval: Double(settle))
        let (bytes, used) = (SystemFigures.loopbackBytes(), Processors.time(of: processes))
        Thread.sleep(forTimeInterval: Double(seconds))
        let share = Double(seconds * processes.count)
        let processor = Double(Processors.time(of: processes) - used) / 1e6 / share
        let sent = bytes.flatMap { before in SystemFigures.loopbackBytes().map { Double($0 - before) / share } }
        return Idleness(
            resident: Figures(processes.compactMap(SystemFigures.resident)), links: Figures(try links()), sent: sent,
            processor: processor)
    }
}

/// What idle nodes cost.
private struct Idleness {
    var resident: Figures
    var links: Figures
    /// Bytes a second and node.
    var sent: Double?
    /// Milliseconds of processor time a second and node.
    var processor: Double

    func row(_ title: String) -> [String] {
        [
            title, resident.median.text(1), resident.share(1).text(1), links.median.text(0), links.share(1).text(0),
            sent?.text(0) ?? "–", processor.text(2),
        ]
    }
}

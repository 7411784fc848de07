import ArgumentParser
import Foundation
import Measuring

/// `overlay-benchmark find`: how long a search in the DHT takes, beside OpenDHT.
struct FindCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Measure searches in a real mesh.",
        discussion: """
            Starts a mesh of samnode processes, some of which offer a service each, and lets every other node search every \
            service in the DHT, until the first host is found. As many nodes of OpenDHT do the same with values, until the \
            first value comes, in one process of Python with the module opendht, for which SAM_OPENDHT_PYTHON names the \
            interpreter.
            """)

    private struct Report: Decodable {
        var milliseconds: Double
        var entries: [Entry]

        struct Entry: Decodable {}
    }

    @Option(help: "Nodes.") var nodes = 64
    @Option(help: "Services, each at a node of its own, and values.") var services = 8
    @Option(help: "Seconds until the mesh has settled and every service has its place.") var settle = 60

    func validate() throws {
        guard (3...1_000).contains(nodes) else { throw ValidationError("--nodes: from 3 to 1000 is expected") }
        guard (1..<nodes).contains(services) else { throw ValidationError("--services: fewer than nodes are expected") }
        guard settle >= 0 else { throw ValidationError("--settle: it cannot be negative") }
    }

    func run() throws {
        var table = TextTable()
        table.add("search, \(nodes) nodes", "p50 ms", "p99 ms", "found", "of")
        let own = try searchOwn()
        add(own, as: "samnode find", to: &table)
        let theirs = try searchOpenDHT()
        if let theirs { add(theirs, as: "OpenDHT get", to: &table) }
        print(table.text)
        Bar.judge("searches that found the service", own.share, atLeast: 1)
        guard let theirs else { return }
        Bar.judge("p50 beside OpenDHT", own.spans.median, atMost: theirs.spans.median, unit: "ms")
        Bar.judge("p99 beside OpenDHT", own.spans.share(0.99), atMost: theirs.spans.share(0.99), unit: "ms")
    }

    private func add(_ searches: Searches, as title: String, to table: inout TextTable) {
        table.add(
            title, searches.spans.median.text(2), searches.spans.share(0.99).text(2), "\(searches.found)",
            "\(searches.asked)")
    }

    private func searchOwn() throws -> Searches {
        let backend = try DemoBackend()
        let mesh = try RealMesh()
        for number in 0..<nodes { try mesh.start(configuration(of: number, backend)) }
        Thread.sleep(forTimeInterval: Double(settle))
        var (spans, asked): ([Double], Int) = ([], 0)
        for service in 0..<services {
            for node in 0..<nodes where host(of: service) != node {
                asked += 1
                // A search that finds nobody ends with a status of its own.
                let report = try? mesh.ask(
                    node, "find", "inference:service-\(service)", "--count", "1", as: Report.self)
                if let report, !report.entries.isEmpty { spans.append(report.milliseconds) }
            }
        }
        return Searches(spans: Figures(spans), found: spans.count, asked: asked)
    }

    /// Never the first, with which all others begin.
    private func host(of service: Int) -> Int { 1 + service * (nodes - 1) / services }

    private func configuration(of number: Int, _ backend: DemoBackend) -> String {
        var text = "version: \"v1alpha1\"\n"
        if let service = (0..<services).first(where: { host(of: $0) == number }) {
            text += """
                services:
                  - type: inference
                    name: service-\(service)
                    target_url: "\(backend.url)"

                """
        }
        return text
    }

    private func searchOpenDHT() throws -> Searches? {
        let interpreter = ProcessInfo.processInfo.environment["SAM_OPENDHT_PYTHON"] ?? "/usr/bin/python3"
        guard let worker = Competitor.script("opendht_nodes.py", "\(nodes)", "\(services)", interpreter: interpreter)
        else { return nil }
        // Zero for a value that was not found, so that the answer is never empty.
        let spans = try worker.ask("get \(settle)").map { Double($0) / 1e6 }
        let found = spans.filter { $0 > 0 }
        return Searches(spans: Figures(found), found: found.count, asked: spans.count)
    }
}

/// How searches went.
private struct Searches {
    var spans: Figures
    var found: Int
    var asked: Int

    var share: Double { Double(found) / Double(max(1, asked)) }
}

/// The backend behind all services.
private final class DemoBackend {
    private let process = Process()
    let url: String

    init() throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: try Program.samnode())
        process.arguments = ["demo-backend", "--port", "0"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        var text = ""
        while true {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Worker.Failure(description: "samnode demo-backend ended: \(text)") }
            text += String(decoding: more, as: UTF8.self)
            guard let found = text.firstMatch(of: /http:\/\/[0-9.]+:[0-9]+/) else { continue }
            url = String(found.output)
            return
        }
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }
}

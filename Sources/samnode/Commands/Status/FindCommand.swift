import ArgumentParser
import Gossip
import Overlay

/// `samnode find`: services that the DHT knows, without any catalog.
struct FindCommand: NodeQuery {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Search a service or a model in the mesh's DHT.",
        discussion: """
            The running node asks other nodes, not its catalog: this finds hosts in meshes that are too large for everybody \
            to know everything, and shows whether a host can be found by others. Exits with 1 when nobody is found.
            """)

    @Argument(help: "A service, such as inference:openrouter.") var service: String?
    @Option(name: .long, help: ArgumentHelp("Search hosts of a model instead.", valueName: "model")) var model: String?
    @Option(name: .long, help: ArgumentHelp("Hosts after which the search ends.", valueName: "hosts"))
    var count = NodeReports.wantedHosts
    @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Print whom the node asked and what came back.")
    var isVerbose = false
    @OptionGroup var options: NodeQueryOptions

    func validate() throws {
        guard (service == nil) != (model == nil) else {
            throw ValidationError("Name a service, such as inference:openrouter, or a model with --model.")
        }
        if let service, ServiceName(service) == nil {
            throw ValidationError(
                "\(service.quotedForMessage) is no service; expected TYPE:NAME with the type inference, mcp or a2a, such as "
                    + "inference:openrouter.")
        }
        guard model != "" else { throw ValidationError("The model's id is empty.") }
        guard (1...NodeReports.mostWantedHosts).contains(count) else {
            throw ValidationError("--count must be from 1 to \(NodeReports.mostWantedHosts).")
        }
    }

    var target: String {
        let topic = model.map { "model=" + QueryValue.escaped($0) } ?? "service=" + QueryValue.escaped(service ?? "")
        return "/sam/node/find?\(topic)&count=\(count)"
    }

    func show(_ report: FindReport, on console: inout Console) {
        if isVerbose {
            for step in report.steps { console.print(line(of: step)) }
            console.print(summary(of: report))
        }
        let table = CatalogTable(report.entries, isWide: options.wide, now: console.now)
        if let text = table.text { console.print(text) }
    }

    private func line(of step: FindReport.Step) -> String {
        let registrar = TerminalText.peer(step.registrar, isWide: options.wide)
        let hosts = step.hosts.map { TerminalText.peer($0, isWide: options.wide) }.joined(separator: ", ")
        let refused = step.refused == 0 ? "" : ", \(step.refused) entries not believed"
        let found = hosts.isEmpty ? "nothing new" : hosts
        return "\(step.milliseconds.rounded().formatted) ms  \(registrar) (distance \(step.bucket)): \(found)\(refused)"
    }

    private func summary(of report: FindReport) -> String {
        let end =
            switch report.end {
            case "found": "as many as wanted"
            case "complete": "all were asked who may know"
            case "busy": "the node has too many searches under way; try again"
            case "time_limit": "others did not answer in time"
            case "no_peer": "the node has no peer to ask"
            default: "the limit of questions is reached"
            }
        return
            "\(report.entries.count) \(report.entries.count == 1 ? "host" : "hosts"), \(report.answered) of \(report.asked) registrars answered, "
            + "\(report.milliseconds.rounded().formatted) ms: \(end)"
    }

    func check(_ report: FindReport) throws(ConsoleError) {
        guard report.entries.isEmpty else { return }
        guard report.end != "busy" else {
            throw ConsoleError(.unavailable, "the node has too many searches under way; try again")
        }
        guard report.end != "no_peer" else {
            throw ConsoleError(
                .unavailable, "the node has no peer to ask, and none came while it waited; see: samnode doctor")
        }
        let reason =
            report.answered == 0
            ? "no node answered; see: samnode doctor"
            : "\(report.answered) \(report.answered == 1 ? "node was" : "nodes were") asked"
        throw ConsoleError(.refused, "nobody was found for \(TerminalText.printable(report.topic)): \(reason)")
    }
}

extension Double {
    /// Whole numbers without a fraction.
    fileprivate var formatted: String { String(Int(self)) }
}

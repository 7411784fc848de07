import ArgumentParser
import Overlay

/// `samnode status`: how the running node is.
struct StatusCommand: NodeQuery {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how the running node is; --wide adds its counters.")

    @OptionGroup var options: NodeQueryOptions

    var target: String { "/sam/node/status" }

    func show(_ report: StatusReport, on console: inout Console) {
        var table = Table()
        table.add("peer", TerminalText.printable(report.peer))
        table.add("state", state(of: report))
        table.add("listening", listening(report))
        table.add("up", TerminalText.duration(seconds: report.uptimeSeconds))
        if let reach = report.reach { table.add("role", role(reach)) }
        table.add("links", links(report))
        if let count = report.neighbours {
            table.add("gossip", "with " + TerminalText.count(count, "neighbour", "neighbours"))
        }
        if let count = report.libp2pNeighbours { table.add("libp2p", TerminalText.count(count, "peer", "peers")) }
        table.add("contacts", TerminalText.count(report.contacts, "peer", "peers") + " in the routing table")
        if let nodes = report.estimatedNodes {
            table.add("mesh", "about " + TerminalText.count(nodes, "node", "nodes"))
        }
        let part = report.partialCatalog.map { "; " + $0.text } ?? ""
        table.add("catalog", TerminalText.count(report.catalogEntries, "entry", "entries") + part)
        table.add("served", "\(report.requestsServed) requests")
        console.print(table.text)
        guard options.wide else { return }
        var counters = ColumnTable(.left("COUNTER"), .right("VALUE"))
        for counter in report.counters { counters.add(TerminalText.printable(counter.name), String(counter.value)) }
        console.print("")
        console.print(counters.text)
    }

    private func state(of report: StatusReport) -> String {
        guard !report.isReady else { return "ready" }
        return "not ready" + (report.reason.map { ": \(TerminalText.printable($0))" } ?? "")
    }

    private func listening(_ report: StatusReport) -> String {
        guard !report.listenAddresses.isEmpty else { return "on no address: only this node dials" }
        return report.listenAddresses.map(TerminalText.printable).joined(separator: ", ")
    }

    private func role(_ reach: ReachReport) -> String {
        let role = TerminalText.printable(reach.role)
        let witnesses = "\(reach.reached) of \(reach.reached + reach.missed)"
        return switch Reach(rawValue: reach.reach) {
        case .reached: "\(role): reached by \(witnesses) that tried"
        case .linksOnly: "\(role): reached by TCP only (see: samnode doctor)"
        case .unreached:
            "\(role): not reached by \(reach.missed) of \(reach.reached + reach.missed) that tried (see: samnode doctor)"
        case .unknown, nil: "\(role); whether others reach it is not known yet"
        }
    }

    private func links(_ report: StatusReport) -> String {
        report.links == 0 ? "none yet (see: samnode peers)" : String(report.links)
    }
}

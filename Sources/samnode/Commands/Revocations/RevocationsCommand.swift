import ArgumentParser
import Inference
import Overlay

/// `samnode revocations`: what the running node knows to be revoked.
struct RevocationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revocations", abstract: "List the revocations that the running node knows, or hand it new ones.",
        subcommands: [RevocationsListCommand.self, RevocationsAddCommand.self, RevocationsExportCommand.self],
        defaultSubcommand: RevocationsListCommand.self)
}

/// `samnode revocations list`, as a table or as the API's JSON.
struct RevocationsListCommand: NodeQuery {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the revocations that the running node knows.")

    @OptionGroup var options: NodeQueryOptions

    var target: String { "/sam/node/revocations" }

    func show(_ report: RevocationReport, on console: inout Console) {
        if let own = report.own { console.print("other nodes refuse this one: \(TerminalText.printable(own))") }
        if report.missing > 0 {
            console.print(
                "\(TerminalText.count(report.missing, "revocation is", "revocations are")) known to exist and missing")
        }
        guard !report.revocations.isEmpty else { return console.print("nothing is revoked, as far as the node knows") }
        var table = ColumnTable(.right("NUMBER"), .left("KIND"), .left("SUBJECT"), .left("ISSUED"), .left("KEPT UNTIL"))
        for revocation in report.revocations {
            table.add(
                String(revocation.number), TerminalText.printable(revocation.kind), subject(of: revocation),
                CalendarTime.text(WallTime(milliseconds: revocation.issuedAt)),
                CalendarTime.text(WallTime(milliseconds: revocation.endsAt)))
        }
        console.print(table.text)
    }

    private func subject(of revocation: RevocationReport.Item) -> String {
        let text = TerminalText.printable(revocation.subject)
        guard !options.wide else { return text }
        return revocation.kind == "peer" ? TerminalText.peer(text, isWide: false) : "\(text.prefix(16))…"
    }
}

import ArgumentParser
import YAML

/// `samnode route`: where a request for a model would go.
struct RouteCommand: NodeQuery {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Show what the running node would try for a model, in order.",
        discussion: "Exits with 1 when nobody serves the model.")

    @Argument(help: "The id of a model, as in GET /v1/models.") var model: String
    @OptionGroup var options: NodeQueryOptions

    func validate() throws {
        guard !model.isEmpty else { throw ValidationError("The model's id is empty.") }
    }

    var target: String {
        "/sam/node/route?model=" + QueryValue.escaped(model)
    }

    func show(_ report: RouteReport, on console: inout Console) {
        guard !report.candidates.isEmpty else { return }
        var table = ColumnTable(.right("#"), .left("SERVICE"), .left("HOST"), .left("LOAD"), .left("WAY"))
        for (index, candidate) in report.candidates.enumerated() {
            table.add(
                String(index + 1), TerminalText.printable(candidate.service),
                TerminalText.peer(candidate.peer, isWide: options.wide) + (candidate.isLocal ? " (this node)" : ""),
                candidate.load?.text ?? "-",
                TerminalText.peers(in: candidate.plan, isWide: options.wide))
        }
        console.print(table.text)
    }

    func check(_ report: RouteReport) throws(ConsoleError) {
        guard report.candidates.isEmpty else { return }
        throw ConsoleError(
            .refused, "nobody serves the model \(model.quotedForMessage) now; see what is served with: samnode catalog")
    }
}

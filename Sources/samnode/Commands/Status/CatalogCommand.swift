import ArgumentParser
import Foundation
import Overlay

/// `samnode catalog`: what the mesh offers, as the running node knows it.
struct CatalogCommand: NodeQuery {
    static let configuration = CommandConfiguration(
        commandName: "catalog", abstract: "List the services of the mesh, as the running node knows them.",
        discussion: """
            --watch prints a line for each service that is there (+) and then for every change: + is new, ~ is different, - is \
            gone. With --json each line is an event.
            """)

    @Flag(help: "Print changes as they come, until Ctrl-C.") var watch = false
    @OptionGroup var options: NodeQueryOptions

    var target: String { "/sam/node/catalog" }

    func execute(_ console: inout Console) async throws(ConsoleError) {
        let client = NodeClient(socketPath: try options.node.path(), hint: options.node.hint)
        guard !watch else {
            return try await CatalogWatch(client: client, json: options.json, isWide: options.wide) { line in
                FileHandle.standardOutput.write(Data((line + "\n").utf8))
            }.run()
        }
        try await ask(client, &console)
    }

    func show(_ entries: [CatalogReport], on console: inout Console) {
        let table = CatalogTable(entries, isWide: options.wide, now: console.now)
        console.print(table.text ?? "no services yet: a host announces one as soon as its backend answers")
    }
}

/// The catalog as a table, a row for each service of each host.
struct CatalogTable {
    /// Models in a row that is not wide.
    private static let shownModels = 3

    /// Nil when there is no service.
    let text: String?

    /// - Parameter hostName: what to call a peer, instead of its id.
    init(
        _ entries: [CatalogReport], isWide: Bool, now: WallTime,
        hostName: (_ peer: String) -> String? = { _ in nil }
    ) {
        var table = ColumnTable(
            .left("SERVICE"), .left("HOST"), .left("MODELS"), .left("LABELS"), .left("LOAD"), .right("VALID FOR"),
            .left("DESCRIPTION")
        )
        let offers = entries.flatMap { entry in entry.services.map { (entry, $0) } }
            .sorted { ($0.1.type, $0.1.name, $0.0.peer) < ($1.1.type, $1.1.name, $1.0.peer) }
        for (entry, service) in offers {
            let host = hostName(entry.peer) ?? TerminalText.peer(entry.peer, isWide: isWide)
            let expiry = WallTime(milliseconds: entry.expiresAt)
            table.add(
                TerminalText.printable("\(service.type):\(service.name)"), host + (entry.isLocal ? " (this node)" : ""),
                Self.list(service.models, limit: isWide ? .max : Self.shownModels),
                Self.list(service.labels, limit: .max), service.load?.text ?? "-",
                expiry > now ? TimeText.words(expiry.since(now)) : "expired",
                TerminalText.printable(service.description))
        }
        text = offers.isEmpty ? nil : table.text
    }

    private static func list(_ items: [String], limit: Int) -> String {
        guard !items.isEmpty else { return "-" }
        let shown = items.prefix(limit).map(TerminalText.printable).joined(separator: ", ")
        return items.count > limit ? "\(shown) +\(items.count - limit)" : shown
    }
}

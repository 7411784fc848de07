import ArgumentParser
import Foundation
import Overlay

/// `samnode catalog --watch`: prints changes as they come, until it is told to end.
struct CatalogWatch: Sendable {
    let client: NodeClient
    let json: Bool
    let isWide: Bool
    /// Where a line goes, without its end.
    let print: @Sendable (String) -> Void

    /// What `--json` prints, one on a line.
    private struct Line: Encodable {
        var event: String
        var entry: CatalogReport?
        var changes: Int?
    }

    private struct Skipped: Decodable {
        var changes: Int
    }

    func run() async throws(ConsoleError) {
        var events = EventReader(capacity: NodeClient.answerCapacity)
        try await client.follow("/sam/node/catalog?stream=true") { bytes throws(ConsoleError) in
            for event in try events.receive(bytes) { try show(event) }
        }
        throw ConsoleError(.unavailable, "the node has ended")
    }

    private func show(_ event: EventReader.Event) throws(ConsoleError) {
        let data = Array(event.data.utf8)
        switch event.name {
        case "done":
            if json { try printJSON(Line(event: "done")) }
        case "skipped":
            let count = try client.decode(Skipped.self, data).changes
            if json { return try printJSON(Line(event: "skipped", changes: count)) }
            print("! \(TerminalText.count(count, "change was", "changes were")) too fast to be shown")
        default:
            let entry = try client.decode(CatalogReport.self, data)
            if json { return try printJSON(Line(event: event.name, entry: entry)) }
            for line in Self.lines(event.name, entry, isWide: isWide) { print(line) }
        }
    }

    /// A line for each service of a host: `+` is new, `~` different, `-` gone.
    static func lines(_ name: String, _ entry: CatalogReport, isWide: Bool) -> [String] {
        let mark = ["added": "+", "removed": "-"][name] ?? "~"
        let host = TerminalText.peer(entry.peer, isWide: isWide) + (entry.isLocal ? " (this node)" : "")
        return entry.services.map { service in
            let models = service.models.map(TerminalText.printable).joined(separator: ", ")
            let name = TerminalText.printable("\(service.type):\(service.name)")
            return "\(mark) \(name)  \(host)" + (models.isEmpty ? "" : "  \(models)")
        }
    }

    private func printJSON(_ line: Line) throws(ConsoleError) {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(line) else {
            throw ConsoleError(.software, "an event cannot be written as JSON; report this as a defect")
        }
        print(String(decoding: data, as: UTF8.self))
    }
}

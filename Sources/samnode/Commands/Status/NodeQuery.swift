import ArgumentParser

/// A command that asks the running node one thing and prints the answer: a table for people, the API's JSON for
/// programs.
protocol NodeQuery: AsyncConsoleCommand {
    associatedtype Report: Decodable

    var options: NodeQueryOptions { get }
    /// Path and query of the report at the local API.
    var target: String { get }

    func show(_ report: Report, on console: inout Console) throws(ConsoleError)
    /// Whether the answer is one that scripts should take for a no.
    func check(_ report: Report) throws(ConsoleError)
}

/// What all of them take.
struct NodeQueryOptions: ParsableArguments {
    @OptionGroup var node: NodeSocketOptions
    @Flag(help: "Print the local API's JSON.") var json = false
    @Flag(help: "Print peer ids and lists whole.") var wide = false
}

extension NodeQuery {
    func execute(_ console: inout Console) async throws(ConsoleError) {
        try await ask(NodeClient(socketPath: try options.node.path(), hint: options.node.hint), &console)
    }

    /// Asks once and prints the answer.
    func ask(_ client: NodeClient, _ console: inout Console) async throws(ConsoleError) {
        let body = try await client.get(target)
        let report = try client.decode(Report.self, body)
        if options.json { console.print(String(decoding: body, as: UTF8.self)) } else { try show(report, on: &console) }
        try check(report)
    }

    /// By default no answer is.
    func check(_ report: Report) throws(ConsoleError) {}
}

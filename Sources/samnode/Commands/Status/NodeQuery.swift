import ArgumentParser
import Foundation

/// A command that asks the running node one thing and prints the answer: a table for people, the API's JSON for
/// programs.
protocol NodeQuery: AsyncParsableCommand {
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
    func run() async throws {
        var console = Console.system()
        do throws(ConsoleError) {
            try await execute(&console)
            console.flush()
        } catch {
            console.note("samnode: \(error)")
            console.flush()
            throw ExitCode(error.exit.rawValue)
        }
    }

    func execute(_ console: inout Console) async throws(ConsoleError) {
        let client = NodeClient(socketPath: try options.node.path(), hint: options.node.hint)
        let body = try await client.get(target)
        let report = try decode(body, from: client)
        if options.json { console.print(String(decoding: body, as: UTF8.self)) } else { try show(report, on: &console) }
        try check(report)
    }

    /// By default no answer is.
    func check(_ report: Report) throws(ConsoleError) {}

    private func decode(_ body: [UInt8], from client: NodeClient) throws(ConsoleError) -> Report {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(Report.self, from: Data(body))
        } catch {
            throw ConsoleError(
                .data,
                "the node on \(client.socketPath) answers in a form that this version does not read; "
                    + "use the samnode that runs it")
        }
    }
}

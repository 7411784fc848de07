import ArgumentParser
import Foundation
import Overlay

@testable import samnode

/// Runs commands as a user types them, in a folder of the test's own, at a fixed time.
struct CommandFixture {
    static let now = WallTime(seconds: 1_800_000_000)
    let folder: TemporaryFolder

    struct Outcome {
        var exit: ConsoleExit
        var result: String
        var notes: String
        /// The line that the command ended with.
        var error: String?

        var line: String { result.trimmingCharacters(in: .newlines) }

        func json() throws -> [String: Any] {
            try JSONSerialization.jsonObject(with: Data(result.utf8)) as? [String: Any] ?? [:]
        }
    }

    static func with(_ body: (CommandFixture) throws -> Void) throws {
        try TemporaryFolder.with { try body(CommandFixture(folder: $0)) }
    }

    func run<Command: ConsoleCommand>(
        _ type: Command.Type, _ arguments: String..., input: String = "", at now: WallTime = CommandFixture.now
    ) throws -> Outcome {
        try run(type, arguments: arguments, input: input, at: now)
    }

    func run<Command: ConsoleCommand>(
        _ type: Command.Type, arguments: [String], input: String = "", at now: WallTime = CommandFixture.now
    ) throws -> Outcome {
        var console = Console(now: now) { maximumBytes in Array(input.utf8.prefix(maximumBytes)) }
        let command = try type.parse(arguments)
        do throws(ConsoleError) {
            try command.execute(&console)
            return Outcome(exit: .success, result: console.result, notes: console.notes, error: nil)
        } catch {
            return Outcome(exit: error.exit, result: console.result, notes: console.notes, error: error.message)
        }
    }

    /// The data directory of an authority, made on first use.
    func authority(_ name: String = "authority") throws -> String {
        let path = folder.path(name)
        if !FileManager.default.fileExists(atPath: path) {
            _ = try run(AuthorityInitCommand.self, "--data-dir", path)
        }
        return path
    }

    /// The peer id of a node with this name.
    func peer(_ name: String) throws -> String {
        try run(IdentityCommand.self, "--data-dir", folder.path(name)).line
    }

    func issue(to peer: String, _ options: String...) throws -> String {
        let arguments = ["--data-dir", try authority(), "--peer", peer] + options
        return try run(AuthorityIssueCommand.self, arguments: arguments).line
    }
}

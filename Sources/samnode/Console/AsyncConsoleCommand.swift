import ArgumentParser

/// A ``ConsoleCommand`` that waits for sockets.
protocol AsyncConsoleCommand: AsyncParsableCommand {
    func execute(_ console: inout Console) async throws(ConsoleError)
}

extension AsyncConsoleCommand {
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
}

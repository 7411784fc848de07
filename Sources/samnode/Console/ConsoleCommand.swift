import ArgumentParser

/// A command that does its work, prints and ends.
protocol ConsoleCommand: ParsableCommand {
    func execute(_ console: inout Console) throws(ConsoleError)
}

extension ConsoleCommand {
    func run() throws {
        var console = Console.system()
        do throws(ConsoleError) {
            try execute(&console)
            console.flush()
        } catch {
            console.note("samnode: \(error)")
            console.flush()
            throw ExitCode(error.exit.rawValue)
        }
    }
}

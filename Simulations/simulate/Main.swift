import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `simulate`: networks of the node that ships, in virtual time.
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run networks of the real node's core in virtual time.",
        discussion: """
            Exits with 0 when every checked property held, with 1 when one did not, and with 3 for arguments that make
            no sense.
            """,
        subcommands: [MeshCommand.self])
}

@main
enum Main {
    private static let badArguments: Int32 = 3

    static func main() {
        do {
            var command = try RootCommand.parseAsRoot()
            try command.run()
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch {
            // Help and version come as errors that are none.
            guard RootCommand.exitCode(for: error).isSuccess else {
                Console.note(RootCommand.fullMessage(for: error))
                exit(badArguments)
            }
            RootCommand.exit(withError: error)
        }
    }
}

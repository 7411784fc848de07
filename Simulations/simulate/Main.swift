import ArgumentParser
import YAML

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
            Exits with 0 when everything held that was checked, with 1 when a property or a criterion did not, with 2 when
            a run went another way than before, with 3 for arguments or scenarios that make no sense, and with 4 when a
            limit of memory or time was reached.
            """,
        subcommands: [
            ListCommand.self, ExplainCommand.self, RunCommand.self, VerifyCommand.self, CompareCommand.self,
            BaselineCommand.self, TableCommand.self, MeshCommand.self, LookupsCommand.self, SwarmCommand.self,
            ReplayCommand.self,
            SwarmShrinkCommand.self,
            SwarmWorkerCommand.self,
        ])
}

@main
enum Main {
    static func main() {
        do {
            var command = try RootCommand.parseAsRoot()
            try command.run()
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch let failure as RunFailure {
            Console.note("Error: \(failure)")
            exit(failure.exitStatus)
        } catch let error as YAMLFileError {
            Console.note(error.description)
            exit(ExitStatus.badInput.rawValue)
        } catch {
            // Help and version come as errors that are none.
            guard RootCommand.exitCode(for: error).isSuccess else {
                Console.note(RootCommand.fullMessage(for: error))
                exit(ExitStatus.badInput.rawValue)
            }
            RootCommand.exit(withError: error)
        }
    }
}

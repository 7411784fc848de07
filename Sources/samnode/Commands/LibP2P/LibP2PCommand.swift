import ArgumentParser
import Foundation
import NIOPosix
import Overlay
import UnixSignals

/// `samnode libp2p`: whether an address is a libp2p node and talks to this program. Needs no data directory and no mesh;
/// its key is new each time.
struct LibP2PCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "libp2p",
        abstract: "Test libp2p connections: dial an address, listen for one, or ask a server of the DHT.",
        discussion: "Reports what happens as JSON objects, one on each line of standard output.",
        subcommands: [
            LibP2PDialCommand.self, LibP2PListenCommand.self, LibP2PFindNodeCommand.self, LibP2PProvideCommand.self,
            LibP2PGetProvidersCommand.self,
        ])

    static func newIdentity() -> Identity {
        var random = RandomSource.system()
        return Identity(random: &random)
    }

    /// Says in one line why a command came to nothing, and ends it.
    static func exit(with error: ConsoleError) -> ExitCode {
        // Whoever started this may have closed its error output; the exit code remains.
        try? FileHandle.standardError.write(contentsOf: Data("samnode: \(error)\n".utf8))
        return ExitCode(error.exit.rawValue)
    }
}

/// `samnode libp2p dial`
struct LibP2PDialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dial",
        abstract: "Connect to a libp2p node, ask who it is, ping it; exits with 0 when all of it was answered.")

    @Argument(help: "A TCP multiaddr, like /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…; without /p2p/… whoever answers.")
    var address: String
    @Option(help: "How many pings to send.") var pings = 1

    func validate() throws {
        guard (1...1_000).contains(pings) else { throw ValidationError("--pings must be between 1 and 1000.") }
    }

    func run() async throws {
        let dialer = LibP2PDialer(identity: LibP2PCommand.newIdentity(), pings: pings, report: ProbeEvent.printLine)
        do throws(ConsoleError) {
            try await dialer.dial(TCPMultiaddr(address), on: MultiThreadedEventLoopGroup.singleton.next())
        } catch {
            throw LibP2PCommand.exit(with: error)
        }
    }
}

/// `samnode libp2p listen`
struct LibP2PListenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen", abstract: "Accept connections of libp2p nodes, answer identify and ping, until Ctrl-C.")

    @Argument(help: "The TCP multiaddr to listen on; port 0 lets the system choose.")
    var address = "/ip4/127.0.0.1/tcp/0"
    @Option(help: "End after so many seconds.") var seconds: Int?

    private static let longestSeconds = 365 * 86_400

    func validate() throws {
        guard let seconds else { return }
        guard (1...Self.longestSeconds).contains(seconds) else {
            throw ValidationError("--seconds must be between 1 and \(Self.longestSeconds).")
        }
    }

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let listener = LibP2PListener(identity: LibP2PCommand.newIdentity(), report: ProbeEvent.printLine)
        do {
            let address = try TCPMultiaddr(address)
            try await listener.listen(on: address, group: MultiThreadedEventLoopGroup.singleton) { _ in
                await waitForEnd(signals)
            }
        } catch let error as ConsoleError {
            throw LibP2PCommand.exit(with: error)
        }
    }

    /// Until a signal, or until the time is over.
    private func waitForEnd(_ signals: UnixSignalsSequence) async {
        await withTaskGroup { group in
            group.addTask { for await _ in signals { return } }
            if let seconds {
                // It only ends early when the signal came.
                group.addTask { try? await Task.sleep(for: .seconds(seconds)) }
            }
            await group.next()
            group.cancelAll()
        }
    }
}

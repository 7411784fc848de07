import ArgumentParser
import Foundation
import Logging

/// `samnode run`: the node itself, until it is told to end.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the node: join the mesh, offer the configured services, serve local agents.",
        discussion: """
            Agents on this machine talk to the local API as to OpenAI's: on TCP with the token from the file \
            api-token in the data directory, on the Unix socket sam.sock there without one. Ctrl-C or SIGTERM ends the \
            node: it withdraws its services, lets running answers finish, and exits 0.
            """)

    @Option(name: .long, help: "The node's configuration; a missing file is an empty configuration.")
    var config = ConfigurationFile.standardPath

    @OptionGroup var directory: DataDirectoryOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A TCP multiaddr to accept links on; repeatable. \"none\" accepts none.",
            valueName: "multiaddr"))
    var listen: [String] = [RunSettings.standardListenAddress]

    @Option(
        name: .long,
        help: ArgumentHelp("The multiaddr of a node to begin with; repeatable.", valueName: "multiaddr"))
    var bootstrap: [String] = []

    @Flag(name: .long, help: "Use TCP alone; without this flag the node also uses the UDP port of the same number.")
    var noUDP = false

    @Option(name: .long, help: "host:port of the local API on TCP; empty for none.")
    var bindAddr = "127.0.0.1:8080"

    @Option(
        name: .long, help: "Unix socket of the local API (default: sam.sock in the data directory); empty for none.")
    var socketPath: String?

    @Option(
        name: .long,
        help:
            "File with the token of the local API on TCP (default: api-token in the data directory, made on first use)."
    )
    var apiTokenPath: String?

    @Option(name: .long, help: "Labels that the node states of itself: key=value,key=value.")
    var labels = ""

    @Flag(
        inversion: .prefixedNo,
        help: "Let peers without a token look things up over libp2p's DHT (default: as the configuration says).")
    var libp2p: Bool?

    @Option(name: .long, help: "File with the node's own token (default: token in the data directory).")
    var tokenPath: String?

    @Option(
        name: .long,
        help: "File with the mesh's root public keys (default: mesh-root.pub in the data directory).")
    var rootKeyPath: String?

    @Flag(
        name: .long,
        help: "Neither look for nodes on the local network nor be found there (discovery.mdns of the configuration).")
    var noMdns = false

    @OptionGroup var logging: LogLevelOption

    func run() async throws {
        do throws(ConsoleError) {
            logging.bootstrapLogging()
            let wiring = try Wiring(self)
            try await wiring.run()
        } catch {
            FileHandle.standardError.write(Data("samnode: \(error)\n".utf8))
            throw ExitCode(error.exit.rawValue)
        }
    }
}

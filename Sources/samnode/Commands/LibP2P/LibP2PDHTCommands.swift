import ArgumentParser
import NIOPosix
import Overlay
import YAML

/// The address that commands of the DHT ask.
struct DHTServerArgument: ParsableArguments {
    @Argument(help: "The TCP multiaddr of a server of libp2p's DHT, like /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW….")
    var address: String

    func ask(_ question: LibP2PQuestion) async throws(ConsoleError) {
        let dialer = LibP2PDialer(
            identity: LibP2PCommand.newIdentity(), question: question, report: ProbeEvent.printLine)
        try await dialer.dial(TCPMultiaddr(address), on: MultiThreadedEventLoopGroup.singleton.next())
    }
}

/// The content that commands of the DHT are about.
struct ContentArgument: ParsableArguments {
    @Argument(help: "The CID of a content, like bafy… or Qm….")
    var content: String

    func contentID() throws(ConsoleError) -> ContentID {
        do throws(WireError) {
            return try ContentID(text: content)
        } catch {
            throw ConsoleError(
                .usage, "\(content.quotedForMessage) is no CID: \(error); expected one like bafy… or Qm…")
        }
    }
}

/// `samnode libp2p find-node`
struct LibP2PFindNodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find-node",
        abstract: "Ask a server of libp2p's DHT for the peers nearest to a peer; exits with 0 when it answered.")

    @OptionGroup var server: DHTServerArgument
    @Argument(help: "The peer id to ask for: 12D3KooW…, Qm… or a CID.") var peer: String

    func run() async throws {
        do throws(ConsoleError) {
            try await server.ask(.findNode(peerID()))
        } catch {
            throw LibP2PCommand.exit(with: error)
        }
    }

    private func peerID() throws(ConsoleError) -> LibP2PPeerID {
        do throws(WireError) {
            return try LibP2PPeerID(text: peer)
        } catch {
            throw ConsoleError(.usage, "\(peer.quotedForMessage) is no peer id: \(error)")
        }
    }
}

/// `samnode libp2p get-providers`
struct LibP2PGetProvidersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get-providers",
        abstract: "Ask a server of libp2p's DHT who has a content; exits with 0 when it answered.")

    @OptionGroup var server: DHTServerArgument
    @OptionGroup var content: ContentArgument

    func run() async throws {
        do throws(ConsoleError) {
            try await server.ask(.getProviders(content.contentID()))
        } catch {
            throw LibP2PCommand.exit(with: error)
        }
    }
}

/// `samnode libp2p provide`
struct LibP2PProvideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provide",
        abstract: "Announce a content to a server of libp2p's DHT; exits with 0 when it lists this side afterwards.")

    @OptionGroup var server: DHTServerArgument
    @OptionGroup var content: ContentArgument
    @Option(help: "A multiaddr at which the content is to be had; repeatable.") var announce: [String]

    func run() async throws {
        do throws(ConsoleError) {
            try await server.ask(.provide(content.contentID(), at: addresses()))
        } catch {
            throw LibP2PCommand.exit(with: error)
        }
    }

    private func addresses() throws(ConsoleError) -> [Multiaddr] {
        var addresses: [Multiaddr] = []
        for text in announce {
            do throws(WireError) {
                addresses.append(try Multiaddr(text: text).withoutPeer)
            } catch {
                throw ConsoleError(.usage, "--announce \(text.quotedForMessage) is no multiaddr: \(error)")
            }
        }
        return addresses
    }
}

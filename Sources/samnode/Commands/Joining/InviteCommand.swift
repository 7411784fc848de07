import ArgumentParser
import Biscuit
import Foundation
import Inference
import Overlay

/// `samnode invite`: the text with which others find this node's mesh.
struct InviteCommand: AsyncConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Print an invitation to the mesh, for: samnode join.",
        discussion: """
            The invitation names the mesh, its public root keys and addresses to begin with: those of the running \
            node, or what --address says. It holds no secret and admits nobody; whoever joins needs a token of their \
            own from the authority. It does show where the nodes are.
            """)

    @OptionGroup var node: NodeSocketOptions
    @Option(
        help: ArgumentHelp(
            "An address to begin with, instead of the running node's; repeatable. Without /p2p/… it is this node's.",
            valueName: "multiaddr"))
    var address: [String] = []
    @Flag(help: "Print JSON.") var json = false

    private struct Output: Encodable {
        var invitation: String
        var meshID: String
        var rootKeys: [String]
        var addresses: [String]

        enum CodingKeys: String, CodingKey {
            case invitation, addresses
            case meshID = "mesh_id"
            case rootKeys = "root_keys"
        }
    }

    func execute(_ console: inout Console) async throws(ConsoleError) {
        let source = try await source()
        let invitation = try invitation(source)
        note(invitation, source, on: &console)
        guard json else { return console.print(invitation.text) }
        try console.print(
            json: Output(
                invitation: invitation.text, meshID: invitation.meshID.description,
                rootKeys: invitation.roots.map(\.description), addresses: invitation.addresses.map(\.text)))
    }

    /// The running node; without one, the data directory.
    private func source() async throws(ConsoleError) -> InvitationSource {
        do throws(ConsoleError) {
            let client = NodeClient(socketPath: try node.path(), hint: node.hint)
            return try InvitationSource(running: try await client.report(JoiningReport.self, at: "/sam/node/joining"))
        } catch  where error.exit == .unavailable && node.socketPath == nil {
            let directory = try ConsoleError.catching { () throws(DataDirectoryError) in
                try DataDirectory.existing(path: node.directory.dataDir)
            }
            return try InvitationSource(stopped: directory)
        }
    }

    private func invitation(_ source: InvitationSource) throws(ConsoleError) -> Invitation {
        let given = try NodeInputs.addresses(address, option: "--address")
        var addresses: [Multiaddr] = []
        for address in given {
            if address.components.last?.code == .p2p {
                addresses.append(address)
            } else if let peer = source.peer {
                addresses.append(address.with(peer: peer))
            } else {
                throw ConsoleError(.usage, "--address \(address): expected a peer at its end: \(address)/p2p/12D3KooW…")
            }
        }
        do throws(InvitationError) {
            return try Invitation(roots: source.roots, addresses: given.isEmpty ? source.addresses : addresses)
        } catch {
            throw ConsoleError(given.isEmpty ? .data : .usage, "no invitation can be made: \(error)")
        }
    }

    private func note(_ invitation: Invitation, _ source: InvitationSource, on console: inout Console) {
        console.note("it holds no secret and admits nobody: whoever joins needs a token from the authority")
        let places = invitation.addresses.map(AddressReach.init)
        if places.isEmpty {
            console.note(
                "it names no address: it works on a network where the nodes find each other, and with --bootstrap; "
                    + (source.isRunning
                        ? "give one with --address /ip4/ADDRESS/tcp/PORT" : "run the node, or give one with --address"))
        } else if places.allSatisfy({ $0 == .loopback }) {
            console.note("its addresses are reached from this machine only; give another one with --address")
        } else if places.allSatisfy({ $0 != .everywhere }) {
            console.note("its addresses are reached from the local network only; give a public one with --address")
        }
        console.note("next, on the machine that joins: samnode join 'sam://join?…'")
    }
}

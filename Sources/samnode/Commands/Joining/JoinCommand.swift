import ArgumentParser
import Biscuit
import Foundation
import Gossip
import Inference
import Overlay
import YAML

/// `samnode join`: makes a data directory ready for the mesh that an invitation names.
struct JoinCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: "Take an invitation of: samnode invite; prints this node's peer id.",
        discussion: """
            Writes the mesh's root keys and the addresses to begin with into the data directory, makes the node's key \
            on first use, and says what is missing. A directory that belongs to another mesh is left as it is.
            """)

    @Argument(
        help: ArgumentHelp("The invitation, in quotes; \"-\" reads it from standard input.", valueName: "invitation"))
    var text: String
    @OptionGroup var directory: DataDirectoryOptions
    @Flag(help: "Print JSON.") var json = false

    private struct Output: Encodable {
        var peerID: String
        var meshID: String
        var dataDir: String
        /// All that the node begins with now.
        var bootstraps: [String]
        var hasToken: Bool

        enum CodingKeys: String, CodingKey {
            case bootstraps
            case peerID = "peer_id"
            case meshID = "mesh_id"
            case dataDir = "data_dir"
            case hasToken = "has_token"
        }
    }

    func execute(_ console: inout Console) throws(ConsoleError) {
        let invitation = try invitation(console)
        let directory = try directory.open()
        try trust(invitation, in: directory, on: &console)
        let file = BootstrapFile(directory)
        let (added, bootstraps, peer) = try ConsoleError.catching { () throws(DataDirectoryError) in
            (try file.add(invitation.addresses), try file.read(), try directory.identity().peerID)
        }
        for address in added { console.note("wrote \(file.path): \(address)") }
        if bootstraps.isEmpty {
            console.note(
                "the invitation names no address: start the node on a network with others of the mesh, or with "
                    + "--bootstrap")
        }
        let hasToken = try sayNext(directory, peer, at: console.now, on: &console)
        guard json else { return console.print(peer.text) }
        try console.print(
            json: Output(
                peerID: peer.text, meshID: invitation.meshID.description, dataDir: directory.path,
                bootstraps: bootstraps.map(\.text), hasToken: hasToken))
    }

    private func invitation(_ console: Console) throws(ConsoleError) -> Invitation {
        var text = text
        if text == "-" {
            text = String(decoding: console.readInput(InvitationLimits.textLength * 2), as: UTF8.self)
        }
        do throws(InvitationError) {
            return try Invitation(parsing: text.trimmingCharacters(in: .whitespacesAndNewlines))
        } catch {
            throw ConsoleError(.data, "this is no invitation: \(error); ask for a new one: samnode invite")
        }
    }

    /// Whoever trusts other keys belongs to another mesh, and to add a key is for people to decide.
    private func trust(
        _ invitation: Invitation, in directory: DataDirectory, on console: inout Console
    ) throws(ConsoleError) {
        let known: [Biscuit.PublicKey]
        do throws(DataDirectoryError) {
            known = try directory.trustedRoots()
        } catch .missing {
            try ConsoleError.catching { () throws(DataDirectoryError) in
                try directory.createTrustedRoots(invitation.roots)
            }
            return console.note("wrote \(directory.trustedRootsPath): mesh \(invitation.meshID)")
        } catch {
            throw ConsoleError(error)
        }
        let mesh = known.first.flatMap(MeshID.init(root:))
        guard mesh == invitation.meshID else {
            throw ConsoleError(
                .cannotCreate,
                "\(directory.trustedRootsPath): found the mesh \(mesh.map(\.description) ?? "of no Ed25519 key"), the "
                    + "invitation is to \(invitation.meshID); nothing was changed. Name another directory with "
                    + "--data-dir, or move \(directory.path) away to leave that mesh")
        }
        console.note("\(directory.trustedRootsPath) belongs to the mesh \(invitation.meshID) already")
        for root in invitation.roots where !known.contains(root) {
            console.note(
                "not added: the invitation names the further root key \(root); if whoever runs the mesh confirms it, "
                    + "add the line to \(directory.trustedRootsPath)")
        }
    }

    /// - Returns: whether the directory has a token that other nodes will accept.
    private func sayNext(
        _ directory: DataDirectory, _ peer: PeerID, at now: WallTime, on console: inout Console
    ) throws(ConsoleError) -> Bool {
        let roots = try ConsoleError.catching { () throws(DataDirectoryError) in try directory.trustedRoots() }
        let path = directory.path(of: "token")
        let hint = self.directory.dataDir.map { " --data-dir \($0)" } ?? ""
        let run = "samnode run\(hint)"
        switch try TokenState(path: path, peer: peer, roots: roots, at: now) {
        case .good(let end):
            console.note("\(path) is good until \(TimeText.relative(end, to: now))")
            console.note("next: \(run)")
            return true
        case .missing: break
        case .unreadable(let reason): console.note("the token cannot be used: \(reason)")
        case .refused(let refusal): console.note("\(path) is of no use: \(refusal)")
        }
        console.note("next, at whoever holds the mesh's root key:")
        console.note("  samnode authority issue --peer \(peer) --service 'inference:*' --out token")
        console.note("then put that file at \(path) and: \(run)")
        return false
    }
}

import ArgumentParser
import Biscuit
import Gossip
import Overlay

/// `samnode authority show`: which mesh a data directory belongs to.
struct AuthorityShowCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the root keys that this directory trusts, and the mesh ids.")

    @OptionGroup var directory: DataDirectoryOptions
    @Flag(help: "Print JSON.") var json = false

    private struct Root: Encodable {
        var rootKey: String
        var meshID: String?
        /// Whether tokens can be signed here.
        var isOwn: Bool

        enum CodingKeys: String, CodingKey {
            case rootKey = "root_key"
            case meshID = "mesh_id"
            case isOwn = "can_issue"
        }
    }

    func execute(_ console: inout Console) throws(ConsoleError) {
        let directory = try directory.open()
        let roots = try ConsoleError.catching { () throws(DataDirectoryError) in try directory.trustedRoots() }
        let own = try ownKey(directory)
        let shown = roots.map { root in
            Root(rootKey: root.description, meshID: MeshID(root: root)?.description, isOwn: root == own)
        }
        if json { return try console.print(json: shown) }
        for root in shown {
            console.print(root.rootKey)
            var table = Table()
            table.add("mesh id", root.meshID)
            table.add("tokens", root.isOwn ? "can be issued here" : "are issued elsewhere")
            console.print(table.text)
        }
    }

    /// The public half of the root key in the directory, `nil` when it has none.
    private func ownKey(_ directory: DataDirectory) throws(ConsoleError) -> Biscuit.PublicKey? {
        do throws(DataDirectoryError) {
            return try directory.rootKeyPair().publicKey
        } catch .missing {
            return nil
        } catch {
            throw ConsoleError(error)
        }
    }
}

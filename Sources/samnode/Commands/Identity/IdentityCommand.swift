import ArgumentParser
import Overlay

/// `samnode id`: who this node is. Makes the node's key on first use.
struct IdentityCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "id", abstract: "Print this node's peer id; makes the node's key on first use.")

    @OptionGroup var directory: DataDirectoryOptions
    @Flag(help: "Print JSON.") var json = false

    private struct Output: Encodable {
        var peerID: String
        var dataDir: String

        enum CodingKeys: String, CodingKey {
            case peerID = "peer_id"
            case dataDir = "data_dir"
        }
    }

    func execute(_ console: inout Console) throws(ConsoleError) {
        let directory = try directory.open()
        let peer = try ConsoleError.catching { () throws(DataDirectoryError) in try directory.identity().peerID }
        guard json else { return console.print(peer.text) }
        try console.print(json: Output(peerID: peer.text, dataDir: directory.path))
    }
}

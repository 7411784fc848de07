import Biscuit
import Foundation
import Gossip
import Inference
import Overlay

/// The temporary directory of a demo: a mesh's root, and a data directory for each node. Only this user can read it.
struct ShowFolder: Sendable {
    /// Bytes that the longest socket's path needs behind the directory's.
    private static let longestTail = "/sam-demo-XXXXXX/a/sam.sock".utf8.count
    /// Far longer than anybody watches.
    private static let tokenLifetime = TimeSpan.hours(24)

    /// What a node of the demo is, and what its token says.
    struct Member: Sendable {
        /// A letter; also the name of its data directory, in lower case.
        var letter: String
        var user: String
        var role: String
        var grants: [ServicePattern] = []
    }

    let path: String
    private let root: KeyPair

    /// Makes the directory, and the mesh's root key in it.
    static func make() throws -> ShowFolder {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"].map { NSString(string: $0).standardizingPath }
        let fits =
            parent.map { $0.hasPrefix("/") && $0.utf8.count + longestTail <= UnixSocketFile.pathCapacity } ?? false
        var template = Array("\(fits ? parent ?? "/tmp" : "/tmp")/sam-demo-XXXXXX".utf8CString)
        // mkdtemp makes it with mode 0700.
        guard let made = mkdtemp(&template) else {
            throw ShowFailure("cannot make a temporary directory: \(SystemError.current); set TMPDIR to a writable one")
        }
        let path = String(cString: made)
        do {
            let authority = try DataDirectory.open(path: "\(path)/authority")
            return ShowFolder(path: path, root: try authority.createRootKey(seed: SystemRandom.bytes(32)))
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    /// Makes a member's data directory with its key, its token, the mesh's root and the local API's token.
    func enroll(_ member: Member, at now: WallTime) throws -> ShowNode {
        let directory = try DataDirectory.open(path: "\(path)/\(member.letter.lowercased())")
        let peer = try directory.identity().peerID
        var request = TokenRequest(peer: peer, expiry: now + Self.tokenLifetime)
        request.user = member.user
        request.roles = [member.role]
        request.services = member.grants
        let token = try Token.mint(
            root: root, authority: request.authorityBlock, nextKey: KeyPair(seed: SystemRandom.bytes(32)))
        try SecretFile(path: directory.path(of: "token")).create(Array((token.text + "\n").utf8))
        try SecretFile(path: directory.trustedRootsPath).create(Array("\(root.publicKey)\n".utf8), mode: 0o644)
        return ShowNode(
            letter: member.letter, user: member.user, role: member.role, grants: member.grants, peer: peer,
            dataDirectory: directory.path, apiToken: try directory.readOrCreateAPIToken())
    }

    /// Writes the configuration of a node that offers nothing.
    func configure(_ node: ShowNode) throws {
        try SecretFile(path: node.configurationPath).create(Array("version: \"\(NodeConfiguration.version)\"\n".utf8))
    }

    /// Writes the configuration of a node that offers a backend.
    func configure(_ node: ShowNode, service: String, targetURL: String) throws {
        let text = """
            version: "\(NodeConfiguration.version)"
            services:
              - type: inference
                name: \(service)
                description: "The demo's service"
                target_url: \(JSONText.encode(targetURL))

            """
        try SecretFile(path: node.configurationPath).create(Array(text.utf8))
    }

    func remove() {
        // What cannot be removed now is left to the system's own cleaning of temporary files.
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// A node of the demo as its data directory describes it.
struct ShowNode: Sendable {
    let letter: String
    let user: String
    let role: String
    let grants: [ServicePattern]
    let peer: PeerID
    let dataDirectory: String
    let apiToken: String

    var configurationPath: String { "\(dataDirectory)/sam-node.yaml" }

    /// The command line that starts it, without the program.
    func arguments(listen: String, bootstrap: String?) -> [String] {
        let options = [
            "run", "--config", configurationPath, "--data-dir", dataDirectory, "--listen", listen,
            "--bind-addr", "127.0.0.1:0",
        ]
        return options + (bootstrap.map { ["--bootstrap", $0] } ?? [])
    }
}

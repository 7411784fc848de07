import Biscuit
import Foundation
import Gossip
import Inference
import Overlay
import YAML

/// Everything that the command line, the configuration and the data directory say, read and checked. Whatever is wrong
/// is said before the node does anything.
struct NodeInputs {
    let directory: DataDirectory
    let lock: DataDirectoryLock
    let configuration: NodeConfiguration
    let configurationNotice: String?
    let identity: Identity
    let token: [UInt8]
    let admission: Admission
    /// What an earlier run knew.
    let revocations: KnownRevocations
    let authorizer: ServiceAuthorizer
    let meshID: MeshID
    /// When the node's own token ends.
    let tokenExpiry: WallTime
    let labels: LabelSet
    let listen: [Multiaddr]
    let bootstraps: [Multiaddr]
    let servesLibP2P: Bool
    let localDiscovery: LocalNetwork.Mode

    init(_ command: RunCommand) throws(ConsoleError) {
        let loaded = try Self.configuration(command.config)
        configuration = loaded.configuration
        configurationNotice = loaded.notice
        localDiscovery = command.noMdns ? .off : configuration.localDiscovery
        listen = try Self.listenAddresses(command.listen)
        servesLibP2P = command.libp2p ?? configuration.libp2p
        let named = try Self.addresses(command.bootstrap, option: "--bootstrap")
        labels = try Self.labels(command.labels, or: configuration.labels)
        let directory = try command.directory.open()
        self.directory = directory
        bootstraps = try Self.bootstraps(named, directory)
        lock = try ConsoleError.catching { () throws(DataDirectoryError) in try DataDirectoryLock(directory) }
        let identity = try ConsoleError.catching { () throws(DataDirectoryError) in try directory.identity() }
        self.identity = identity
        let roots = try Self.roots(command.rootKeyPath, directory)
        guard let first = roots.first, let rootKey = Overlay.PublicKey(first.bytes) else {
            throw ConsoleError(.data, "the mesh's first root key is no Ed25519 key; the mesh is named after one")
        }
        meshID = MeshID(rootKey: rootKey)
        let (mesh, keys) = (meshID, roots.compactMap(\.meshKey))
        let revocations = try ConsoleError.catching { () throws(DataDirectoryError) in
            try KnownRevocations(directory, mesh: mesh, roots: keys, at: SystemClock.now())
        }
        self.revocations = revocations
        var admission = try Self.admission(roots)
        admission.revocations = revocations.revocations
        self.admission = admission
        token = try Self.token(command.tokenPath, directory, of: identity.peerID)
        let own = try Self.ownToken(token, of: identity.peerID, by: admission)
        tokenExpiry = own.expiry
        do throws(ServiceAuthorizerError) {
            authorizer = try ServiceAuthorizer(policy: configuration.attenuation, node: identity.peerID, own: own)
        } catch {
            throw ConsoleError(.configuration, "\(command.config): the attenuation cannot be used: \(error)")
        }
    }

    private static func configuration(_ path: String) throws(ConsoleError) -> ConfigurationFile.Loaded {
        do throws(YAMLFileError) {
            return try ConfigurationFile.load(path: path)
        } catch {
            throw ConsoleError(error)
        }
    }

    // MARK: Addresses and labels

    private static func listenAddresses(_ texts: [String]) throws(ConsoleError) -> [Multiaddr] {
        try addresses(texts.filter { $0 != "none" }, option: "--listen")
    }

    /// Those of the command line first, then what the data directory remembers of an invitation.
    private static func bootstraps(
        _ named: [Multiaddr], _ directory: DataDirectory
    ) throws(ConsoleError) -> [Multiaddr] {
        let invited = try ConsoleError.catching { () throws(DataDirectoryError) in
            try BootstrapFile(directory).read()
        }
        return named + invited.filter { !named.contains($0) }
    }

    static func addresses(_ texts: [String], option: String) throws(ConsoleError) -> [Multiaddr] {
        var addresses: [Multiaddr] = []
        for text in texts {
            do throws(WireError) {
                addresses.append(try Multiaddr(text: text))
            } catch {
                throw ConsoleError(
                    .usage,
                    "\(option) \(text): \(error); expected a multiaddr like /ip4/192.0.2.1/tcp/5002/p2p/12D3KooW…")
            }
        }
        return addresses
    }

    private static func labels(_ text: String, or configured: LabelSet) throws(ConsoleError) -> LabelSet {
        guard !text.isEmpty else { return configured }
        guard let labels = LabelSet(parsing: text) else {
            throw ConsoleError(.usage, "--labels \(text): expected key=value,key=value, each key once")
        }
        return labels
    }

    // MARK: The mesh

    private static func roots(
        _ path: String?, _ directory: DataDirectory
    ) throws(ConsoleError) -> [Biscuit.PublicKey] {
        try ConsoleError.catching { () throws(DataDirectoryError) in
            if let path { try RootKeyFile.read(path) } else { try directory.trustedRoots() }
        }
    }

    private static func admission(_ roots: [Biscuit.PublicKey]) throws(ConsoleError) -> Admission {
        do throws(DatalogError) {
            return try Admission(roots: roots)
        } catch {
            throw ConsoleError(.software, "the admission rules do not compile: \(error); report this as a defect")
        }
    }

    private static func token(
        _ path: String?, _ directory: DataDirectory, of peer: PeerID
    ) throws(ConsoleError) -> [UInt8] {
        let path = path ?? directory.path(of: "token")
        guard FileManager.default.fileExists(atPath: path) else {
            throw ConsoleError(
                .noInput,
                "there is no token at \(path); whoever holds the mesh's root key makes one with: "
                    + "samnode authority issue --peer \(peer) --out FILE")
        }
        return try TokenFile.read(path.contains("/") ? path : "./\(path)", console: .system()).bytes
    }

    /// What the others will find when this node shows its token; better to say it here than to be refused by everybody.
    private static func ownToken(
        _ token: [UInt8], of peer: PeerID, by admission: Admission
    ) throws(ConsoleError) -> Admitted {
        do throws(AdmissionRefusal) {
            return try admission.admit(token, from: peer, at: SystemClock.now())
        } catch {
            throw ConsoleError(.data, "this node's token is of no use: \(error)")
        }
    }
}

import Biscuit
import Overlay

/// The keys that a data directory may hold.
extension DataDirectory {
    private static let nodeKey = "node.key"
    private static let rootKey = "mesh-root.key"
    private static let rootPublicKeys = "mesh-root.pub"
    private static let seedLength = 32

    var nodeKeyPath: String { path(of: Self.nodeKey) }
    var rootKeyPath: String { path(of: Self.rootKey) }
    var trustedRootsPath: String { path(of: Self.rootPublicKeys) }

    /// The 32-byte Ed25519 seed of the node, made on first use.
    func nodeSeed() throws(DataDirectoryError) -> [UInt8] {
        let file = SecretFile(path: nodeKeyPath)
        if let seed = try file.read() { return try checked(seed) }
        do throws(DataDirectoryError) {
            let seed = SystemRandom.bytes(Self.seedLength)
            try file.create(seed)
            return seed
        } catch .exists {
            // Another process made one since; that one counts.
            return try checked(try file.read() ?? [])
        }
    }

    /// The node's own identity, its key made on first use.
    func identity() throws(DataDirectoryError) -> Identity {
        guard let identity = Identity(seed: try nodeSeed()) else {
            throw .malformed(path: nodeKeyPath, found: "an unusable key", expected: "a key of \(Self.seedLength) bytes")
        }
        return identity
    }

    /// The node's own identity; `nil` when it has none yet.
    func existingIdentity() throws(DataDirectoryError) -> Identity? {
        guard let seed = try SecretFile(path: nodeKeyPath).read() else { return nil }
        return Identity(seed: try checked(seed))
    }

    private func checked(_ seed: [UInt8]) throws(DataDirectoryError) -> [UInt8] {
        guard seed.count == Self.seedLength else {
            throw .malformed(
                path: nodeKeyPath, found: "\(seed.count) bytes", expected: "a key of \(Self.seedLength) bytes")
        }
        return seed
    }

    /// Makes the mesh's root key: the private half readable by its owner alone, the public half by everybody.
    /// - Throws: ``DataDirectoryError/exists(path:)`` when there is one already, or when the directory trusts a root
    ///   whose private half is elsewhere.
    func createRootKey(seed: [UInt8]) throws(DataDirectoryError) -> KeyPair {
        let secret = SecretFile(path: rootKeyPath)
        guard try secret.read() == nil else { throw .exists(path: rootKeyPath) }
        guard FileText.read(trustedRootsPath, maximumBytes: 0) == .missing else {
            throw .exists(path: trustedRootsPath)
        }
        guard let pair = try? KeyPair(seed: seed) else {
            throw .malformed(path: rootKeyPath, found: "\(seed.count) bytes", expected: "a seed of 32 bytes")
        }
        try secret.create(Array((pair.privateKey.text + "\n").utf8))
        try SecretFile(path: trustedRootsPath).create(Array("\(pair.publicKey)\n".utf8), mode: 0o644)
        return pair
    }

    /// The mesh's root key, with which tokens are signed.
    func rootKeyPair() throws(DataDirectoryError) -> KeyPair {
        guard let bytes = try SecretFile(path: rootKeyPath).read() else {
            throw .missing(path: rootKeyPath, remedy: "make a mesh with: samnode authority init")
        }
        guard let pair = try? KeyPair(Self.firstLine(bytes)) else {
            throw .malformed(path: rootKeyPath, found: "something else", expected: "ed25519-private/ and 64 hex digits")
        }
        return pair
    }

    /// The root keys whose tokens this node accepts: one per line of `mesh-root.pub`, lines with `#` are comments.
    func trustedRoots() throws(DataDirectoryError) -> [Biscuit.PublicKey] {
        try RootKeyFile.read(trustedRootsPath)
    }

    /// Makes the directory trust root keys, where it trusts none yet.
    /// - Throws: ``DataDirectoryError/exists(path:)`` when there is a list already.
    func createTrustedRoots(_ keys: [Biscuit.PublicKey]) throws(DataDirectoryError) {
        let lines = keys.map { "\($0)\n" }.joined()
        try SecretFile(path: trustedRootsPath).create(Array(lines.utf8), mode: 0o644)
    }

    private static func firstLine(_ bytes: [UInt8]) -> String {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return String(decoding: line, as: UTF8.self)
    }
}

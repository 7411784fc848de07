import Biscuit
import Foundation
import Overlay
import Testing

@testable import samnode

@Suite struct DataDirectoryTests {
    @Test func theStandardPlaceFollowsTheEnvironment() throws {
        #if os(Linux)
            #expect(try DataDirectory.standardPath(environment: ["HOME": "/h"]) == "/h/.config/sam-mesh")
            #expect(
                try DataDirectory.standardPath(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "/x"]) == "/x/sam-mesh")
            #expect(
                try DataDirectory.standardPath(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "x"])
                    == "/h/.config/sam-mesh")
        #endif
        #expect(throws: DataDirectoryError.noHome) { try DataDirectory.standardPath(environment: [:]) }
    }

    @Test func itIsMadeForThisUserAlone() throws {
        try TemporaryFolder.with { folder in
            _ = try DataDirectory.open(path: folder.path("a/b/c"))
            for name in ["a", "a/b", "a/b/c"] { #expect(try folder.mode(name) == 0o700) }
            _ = try DataDirectory.open(path: folder.path("a/b/c/"))
        }
    }

    @Test func otherUsersMustNotWriteThere() throws {
        try TemporaryFolder.with { folder in
            let path = folder.path("d")
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            for (mode, isRefused) in [(0o777, true), (0o770, true), (0o702, true), (0o755, false), (0o700, false)] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
                guard isRefused else {
                    _ = try DataDirectory.open(path: path)
                    continue
                }
                let error = try #require(throws: DataDirectoryError.self) { try DataDirectory.open(path: path) }
                #expect(error.description.contains("(mode 0\(String(mode, radix: 8))); run: chmod 700 \(path)"))
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func itMustNotBelongToSomebodyElse() throws {
        try TemporaryFolder.with { folder in
            let path = folder.path("d")
            _ = try DataDirectory.open(path: path)
            #expect(chown(path, 12_345, 12_345) == 0)
            let error = try #require(throws: DataDirectoryError.self) { try DataDirectory.open(path: path) }
            #expect(error == .foreign(path: path, owner: 12_345))
            #expect(
                error.description == "\(path) belongs to another user (uid 12345); run as that user, "
                    + "or name another directory with --data-dir")
        }
    }

    @Test func aFileIsNoDirectory() throws {
        try TemporaryFolder.with { folder in
            try folder.write("", to: "f")
            #expect(throws: DataDirectoryError.notADirectory(path: folder.path("f"))) {
                try DataDirectory.open(path: folder.path("f"))
            }
            let below = folder.path("f/g")
            #expect(throws: DataDirectoryError.cannotCreate(path: below, reason: SystemError(code: ENOTDIR))) {
                try DataDirectory.open(path: below)
            }
        }
    }

    @Test func existingMakesNothing() throws {
        try TemporaryFolder.with { folder in
            #expect(throws: DataDirectoryError.self) { try DataDirectory.existing(path: folder.path("none")) }
            #expect(folder.files.isEmpty)
            let identity = try DataDirectory.existing(path: folder.path).existingIdentity()
            #expect(identity == nil)
            #expect(folder.files.isEmpty)
        }
    }

    @Test func theNodeKeyIsMadeOnceAndKept() throws {
        try TemporaryFolder.with { folder in
            let directory = try DataDirectory.open(path: folder.path)
            let first = try directory.nodeSeed()
            #expect(first.count == 32)
            #expect(first != [UInt8](repeating: 0, count: 32))
            #expect(try directory.nodeSeed() == first)
            #expect(try folder.mode("node.key") == 0o600)
            #expect(folder.files == ["node.key"], "no draft is left behind")
            #expect(try directory.identity().peerID == Identity(seed: first)?.peerID)
            #expect(try directory.existingIdentity()?.peerID == Identity(seed: first)?.peerID)
        }
    }

    @Test func anExposedOrBrokenKeyIsRefused() throws {
        try TemporaryFolder.with { folder in
            let directory = try DataDirectory.open(path: folder.path)
            let path = folder.path("node.key")
            try folder.write(String(repeating: "k", count: 32), to: "node.key", mode: 0o640)
            let exposed = try #require(throws: DataDirectoryError.self) { try directory.nodeSeed() }
            #expect(
                exposed.description == "\(path) can be read by other users (mode 0640) but holds a secret; "
                    + "run: chmod 600 \(path)")
            try folder.write("short", to: "node.key")
            let broken = try #require(throws: DataDirectoryError.self) { try directory.nodeSeed() }
            #expect(
                broken.description
                    == "\(path): found 5 bytes, expected a key of 32 bytes; restore the file or move it away")
            #expect(try folder.read("node.key") == "short")
        }
    }

    @Test func theAPITokenIsMadeOnceAndKept() throws {
        try TemporaryFolder.with { folder in
            let directory = try DataDirectory.open(path: folder.path)
            let token = try directory.readOrCreateAPIToken()
            #expect(token.count == 64)
            #expect(token.allSatisfy { $0.isHexDigit && !$0.isUppercase })
            #expect(try directory.readOrCreateAPIToken() == token)
            #expect(try folder.mode("api-token") == 0o600)
            try folder.write("too short", to: "api-token")
            #expect(throws: DataDirectoryError.self) { try directory.readOrCreateAPIToken() }
        }
    }

    @Test func aRootKeyIsNeverReplaced() throws {
        try TemporaryFolder.with { folder in
            let directory = try DataDirectory.open(path: folder.path)
            let seed = [UInt8](repeating: 7, count: 32)
            let pair = try directory.createRootKey(seed: seed)
            #expect(try folder.mode("mesh-root.key") == 0o600)
            #expect(try folder.mode("mesh-root.pub") == 0o644)
            #expect(try folder.read("mesh-root.pub") == "\(pair.publicKey)\n")
            #expect(try directory.rootKeyPair().publicKey == pair.publicKey)
            #expect(try directory.trustedRoots() == [pair.publicKey])
            #expect(throws: DataDirectoryError.exists(path: folder.path("mesh-root.key"))) {
                try directory.createRootKey(seed: seed)
            }
            try FileManager.default.removeItem(atPath: folder.path("mesh-root.key"))
            #expect(throws: DataDirectoryError.exists(path: folder.path("mesh-root.pub"))) {
                try directory.createRootKey(seed: seed)
            }
            #expect(folder.files == ["mesh-root.pub"])
        }
    }

    @Test func severalRootsMayBeTrusted() throws {
        try TemporaryFolder.with { folder in
            let directory = try DataDirectory.open(path: folder.path)
            let keys = try (1...2).map { try KeyPair(seed: [UInt8](repeating: $0, count: 32)).publicKey }
            try folder.write("# old\n\(keys[0])\r\n\n  \(keys[1]) # new\n\(keys[0])\n", to: "mesh-root.pub")
            #expect(try directory.trustedRoots() == keys)
            try folder.write("# none\n", to: "mesh-root.pub")
            #expect(throws: DataDirectoryError.self) { try directory.trustedRoots() }
            try folder.write("\(keys[0])\ned25519/zz\n", to: "mesh-root.pub")
            let error = try #require(throws: DataDirectoryError.self) { try directory.trustedRoots() }
            #expect(error.description.hasPrefix("\(folder.path("mesh-root.pub")):2: found \"ed25519/zz\""))
        }
    }

    @Test func twoNodesCannotShareIt() throws {
        try TemporaryFolder.with { folder in
            let directory = try DataDirectory.open(path: folder.path)
            var first: DataDirectoryLock? = try DataDirectoryLock(directory)
            let error = try #require(throws: DataDirectoryError.self) { try DataDirectoryLock(directory) }
            #expect(error == .inUse(path: folder.path, processID: getpid()))
            #expect(error.description.contains("(pid \(getpid()))"))
            withExtendedLifetime(first) {}
            first = nil
            _ = try DataDirectoryLock(directory)
        }
    }

    @Test func replacingAFileLeavesNoDraft() throws {
        try TemporaryFolder.with { folder in
            let file = SecretFile(path: folder.path("token"))
            try file.replace(Array("one".utf8))
            try file.replace(Array("two".utf8))
            #expect(try folder.read("token") == "two")
            #expect(try folder.mode("token") == 0o600)
            #expect(folder.files == ["token"])
            #expect(throws: DataDirectoryError.exists(path: folder.path("token"))) { try file.create([1]) }
            #expect(try folder.read("token") == "two")
        }
    }
}

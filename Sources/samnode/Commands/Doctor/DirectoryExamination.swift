import Biscuit
import Foundation
import Gossip
import Inference
import Overlay

/// What a node that does not run finds in its files.
struct DirectoryExamination {
    private(set) var findings: [Finding] = []
    /// Addresses to begin with.
    private(set) var bootstraps: [Multiaddr] = []

    /// The directory of a node that runs: it has read the rest itself.
    init(running path: String) {
        _ = examine(path)
        // The superuser may ask the node of another user; whether the directory is that user's, the node has checked.
        findings.removeAll { $0.state == .problem && geteuid() == 0 && Self.isForeign(path) }
    }

    private static func isForeign(_ path: String) -> Bool {
        do throws(DataDirectoryError) {
            _ = try DataDirectory.existing(path: path)
            return false
        } catch .foreign {
            return true
        } catch {
            return false
        }
    }

    init(_ command: DoctorCommand, now: WallTime) throws(ConsoleError) {
        let path: String
        do throws(DataDirectoryError) {
            path =
                if let named = command.node.directory.dataDir {
                    named
                } else {
                    try DataDirectory.standardPath(environment: ProcessInfo.processInfo.environment)
                }
        } catch {
            throw ConsoleError(error)
        }
        guard let directory = examine(path) else { return }
        let peer = examineKey(directory)
        let roots = examineRoots(command.rootKeyPath, directory)
        if let peer, !roots.isEmpty {
            let revocations = examineRevocations(directory, roots, now)
            try examineToken(command.tokenPath ?? directory.path(of: "token"), peer, roots, revocations, now)
        }
        do throws(DataDirectoryError) {
            bootstraps = try BootstrapFile(directory).read()
        } catch {
            findings.append(.problem(.addresses, "\(error)"))
        }
    }

    private mutating func examine(_ path: String) -> DataDirectory? {
        do throws(DataDirectoryError) {
            let directory = try DataDirectory.existing(path: path)
            findings.append(.ok(.dataDirectory, "\(path) belongs to this user, and nobody else can write there"))
            return directory
        } catch .missing {
            findings.append(
                .problem(.dataDirectory, "\(path) does not exist", next: "make it with: samnode join '<invitation>'"))
        } catch {
            findings.append(.problem(.dataDirectory, "\(error)"))
        }
        return nil
    }

    private mutating func examineKey(_ directory: DataDirectory) -> PeerID? {
        do throws(DataDirectoryError) {
            if let peer = try directory.existingIdentity()?.peerID {
                findings.append(.ok(.key, peer.text))
                return peer
            }
            findings.append(
                .problem(
                    .key, "there is no \(directory.nodeKeyPath)", next: "make it with: samnode id, or samnode join"))
        } catch {
            findings.append(.problem(.key, "\(error)"))
        }
        return nil
    }

    private mutating func examineRoots(_ path: String?, _ directory: DataDirectory) -> [Biscuit.PublicKey] {
        do throws(DataDirectoryError) {
            let roots = try RootKeyFile.read(path ?? directory.trustedRootsPath)
            if let mesh = roots.first.flatMap(MeshID.init(root:)) {
                findings.append(.ok(.mesh, mesh.description))
                return roots
            }
            findings.append(
                .problem(.mesh, "the first root key is no Ed25519 key", next: "copy mesh-root.pub again from a member"))
        } catch {
            findings.append(.problem(.mesh, "\(error)", next: "or take an invitation with: samnode join"))
        }
        return []
    }

    /// What the node knew to be revoked when it ran last.
    private mutating func examineRevocations(
        _ directory: DataDirectory, _ roots: [Biscuit.PublicKey], _ now: WallTime
    ) -> Revocations {
        guard let mesh = roots.first.flatMap(MeshID.init(root:)) else { return Revocations() }
        do throws(DataDirectoryError) {
            let known = try KnownRevocations(directory, mesh: mesh, roots: roots.compactMap(\.meshKey), at: now)
            findings += known.notices.map { .warning(.dataDirectory, $0) }
            return known.revocations
        } catch {
            findings.append(.problem(.dataDirectory, "\(error)"))
            return Revocations()
        }
    }

    private mutating func examineToken(
        _ path: String, _ peer: PeerID, _ roots: [Biscuit.PublicKey], _ revocations: Revocations, _ now: WallTime
    ) throws(ConsoleError) {
        let issue = "at whoever holds the mesh's root key: samnode authority issue --peer \(peer) --out FILE"
        switch try TokenState(path: path, peer: peer, roots: roots, revocations: revocations, at: now) {
        case .missing: findings.append(.problem(.token, "there is no token at \(path)", next: issue))
        case .unreadable(let reason): findings.append(.problem(.token, reason, next: issue))
        case .refused(let refusal): findings.append(.problem(.token, "\(path): \(refusal)", next: issue))
        case .good(let end): findings.append(JoiningExamination.token(until: end, now: now))
        }
    }
}

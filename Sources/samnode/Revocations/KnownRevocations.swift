import Gossip
import Inference
import Overlay

/// The revocations that a data directory has kept, verified again.
struct KnownRevocations: Sendable {
    /// Those that are good.
    let list: RevocationList
    /// What was wrong, in words for the log.
    let notices: [String]

    /// - Throws: when the file is there and cannot be read: a node must not forget what was revoked because of that.
    init(_ directory: DataDirectory, mesh: MeshID, roots: [PublicKey], at now: WallTime) throws(DataDirectoryError) {
        let file = RevocationFile.known(in: directory)
        let text = try file.read()
        var list = RevocationList(mesh: mesh, roots: roots, skew: GossipSettings().clockSkew)
        let acceptances = list.accept(text.statements, at: now)
        self.list = list
        var notices: [String] = []
        var refusals: [(Int, RevocationRefusal)] = []
        for (line, acceptance) in zip(text.lines, acceptances) {
            // What the root has said to be over since is no damage.
            if case .refused(let refusal) = acceptance, refusal != .over { refusals.append((line.number, refusal)) }
        }
        let bad = text.damaged.count + refusals.count
        if bad > 0 {
            let first =
                refusals.first.map { "line \($0.0): \($0.1)" } ?? "line \(text.damaged.first ?? 0) is no revocation"
            let kept = file.keepDamaged().map { "; a copy is kept as \($0)" } ?? ""
            notices.append(
                "\(file.path) is damaged: \(bad) of its lines are not used (\(first)); other nodes bring them again\(kept)"
            )
        }
        self.notices = notices
    }

    /// For an ``Admission``.
    var revocations: Revocations {
        var revocations = Revocations()
        revocations.blocks = list.blocks
        revocations.peers = list.peers
        return revocations
    }
}

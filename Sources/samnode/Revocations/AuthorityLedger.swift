import Biscuit
import Foundation
import Gossip
import Overlay

/// What an authority has revoked so far: its list on disk, from which the next number follows.
///
/// Nobody else writes the list while one of these lives. A number that is given twice confuses people (nodes keep both
/// statements), so a list that is damaged is not gone on with.
final class AuthorityLedger {
    /// A statement is over for the authority so long after its end: longer than clocks differ.
    private static let margin = TimeSpan.hours(24)

    private let file: RevocationFile
    private let lock: Int32
    private let root: KeyPair
    private let rootKey: Overlay.PublicKey
    private let mesh: MeshID
    private(set) var statements: [Revocation]

    init(_ directory: DataDirectory, at now: WallTime) throws(ConsoleError) {
        let root = try ConsoleError.catching { () throws(DataDirectoryError) in try directory.rootKeyPair() }
        let trusted = try ConsoleError.catching { () throws(DataDirectoryError) in try directory.trustedRoots() }
        guard let rootKey = root.publicKey.meshKey, let mesh = trusted.first.flatMap(MeshID.init(root:)) else {
            throw ConsoleError(.data, "only Ed25519 root keys state revocations, and this mesh has another kind")
        }
        (self.root, self.rootKey, self.mesh) = (root, rootKey, mesh)
        file = RevocationFile.stated(in: directory)
        lock = try Self.lock(file.path + ".lock")
        let file = file
        do throws(ConsoleError) {
            statements = try Self.read(file, directory, mesh: mesh, root: rootKey, at: now)
        } catch {
            close(lock)
            throw error
        }
    }

    deinit { close(lock) }

    private static func lock(_ path: String) throws(ConsoleError) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ConsoleError(.cannotWrite(path: path, reason: .current)) }
        guard flock(descriptor, LOCK_EX) == 0 else {
            let reason = SystemError.current
            close(descriptor)
            throw ConsoleError(.cannotWrite(path: path, reason: reason))
        }
        return descriptor
    }

    /// The list, and what a node in the same directory knows beyond it: the list may come from a backup.
    private static func read(
        _ file: RevocationFile, _ directory: DataDirectory, mesh: MeshID, root: Overlay.PublicKey, at now: WallTime
    ) throws(ConsoleError) -> [Revocation] {
        let text = try ConsoleError.catching { () throws(DataDirectoryError) in try file.read() }
        let known = try ConsoleError.catching { () throws(DataDirectoryError) in
            try RevocationFile.known(in: directory).read()
        }
        var list = RevocationList(mesh: mesh, roots: [root], skew: margin)
        var bad = text.damaged.first
        for (line, acceptance) in zip(text.lines, list.accept(text.statements, at: now)) {
            if case .refused(let refusal) = acceptance, refusal != .over { bad = min(bad ?? line.number, line.number) }
        }
        _ = list.accept(known.statements, at: now)
        guard bad == nil, list.missingCount == 0 else {
            let what =
                bad.map { "line \($0) is none of this mesh's revocations" }
                ?? "\(list.missingCount) numbers are missing"
            throw ConsoleError(
                .data,
                "\(file.path) is damaged: \(what); restore it from a backup, or at any node with: samnode revocations export"
            )
        }
        return list.all
    }

    /// States that something is not valid any more, unless that has been stated.
    /// - Parameter end: from when on no token can be good that this is about.
    /// - Returns: the statement, and whether it is new.
    func revoke(
        _ subject: Revocation.Subject, until end: WallTime, at now: WallTime
    ) throws(ConsoleError) -> (statement: Revocation, isNew: Bool) {
        if let known = statements.last(where: { $0.subject == subject && $0.contents.end >= end }) {
            return (known, false)
        }
        let number = (statements.last?.number ?? 0) + 1
        let floor = statements.first { $0.contents.end + Self.margin > now }?.number ?? number
        let contents = Revocation.Contents(
            subject, mesh: mesh, root: rootKey, number: number, floor: floor, issuedAt: now, end: end)
        guard contents.isConsistent else {
            throw ConsoleError(
                .data,
                "the list is full: \(Revocation.capacity) revocations are in use, and number \(floor) has not ended; "
                    + "revoke peers instead of tokens, or begin a new mesh")
        }
        guard let signature = try? root.privateKey.sign(contents.message) else {
            throw ConsoleError(.software, "the root key does not sign; report this as a defect")
        }
        let statement = contents.signed(signature)
        statements.append(statement)
        return (statement, true)
    }

    /// Writes the list.
    func save() throws(ConsoleError) {
        try ConsoleError.catching { () throws(DataDirectoryError) in try file.replace(statements.map(\.bytes)) }
    }

    var path: String { file.path }
}

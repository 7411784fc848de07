import Foundation

/// A file of revocations, in the form of ``RevocationText``.
struct RevocationFile: Sendable {
    let path: String

    /// What a node knows, kept over a restart.
    static func known(in directory: DataDirectory) -> RevocationFile {
        RevocationFile(path: directory.path(of: "revocations"))
    }

    /// What the authority has stated. A node that runs in the same directory takes it in by itself.
    static func stated(in directory: DataDirectory) -> RevocationFile {
        RevocationFile(path: directory.path(of: "mesh-revocations"))
    }

    /// A file that is not there has none.
    func read() throws(DataDirectoryError) -> RevocationText {
        switch FileText.read(path, maximumBytes: RevocationText.capacity) {
        case .missing: RevocationText([])
        case .failed(let reason): throw .cannotRead(path: path, reason: reason)
        case .text(let bytes): RevocationText(bytes)
        }
    }

    func replace(_ statements: [[UInt8]]) throws(DataDirectoryError) {
        let text = statements.map { RevocationText.line($0) + "\n" }.joined()
        try SecretFile(path: path).replace(Array(text.utf8))
    }

    /// Puts the file aside as it is, so that nothing of it is lost when it is written anew.
    /// - Returns: where it is now; nil when it could not be kept.
    func keepDamaged() -> String? {
        let kept = path + ".damaged"
        guard case .text(let bytes) = FileText.read(path, maximumBytes: RevocationText.capacity) else { return nil }
        do throws(DataDirectoryError) {
            try SecretFile(path: kept).replace(bytes)
            return kept
        } catch {
            return nil
        }
    }

    /// Differs from one version of the file to the next; nil when there is none.
    var version: [Int]? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        #if os(macOS)
            let changed = status.st_mtimespec
        #else
            let changed = status.st_mtim
        #endif
        return [Int(status.st_ino), Int(status.st_size), changed.tv_sec, changed.tv_nsec]
    }
}

import Foundation

/// A file that only its owner may read: written once, whole or not at all, never replaced.
struct SecretFile: Sendable {
    let path: String

    /// Bytes read at most; every secret here is far shorter.
    private static let maximumBytes = 64 * 1024

    /// The content, `nil` when there is no such file.
    /// - Throws: when others could read it, or when it belongs to somebody else.
    func read() throws(DataDirectoryError) -> [UInt8]? {
        let outcome = FileText.read(path, maximumBytes: Self.maximumBytes) { status -> DataDirectoryError? in
            guard status.st_uid == geteuid() || status.st_uid == 0 else {
                return .foreign(path: path, owner: status.st_uid)
            }
            guard status.st_mode & 0o077 == 0 else {
                return .exposedSecret(path: path, mode: UInt32(status.st_mode))
            }
            return nil
        }
        switch outcome {
        case .success(.text(let bytes)): return bytes
        case .success(.missing): return nil
        case .success(.failed(let reason)): throw .cannotRead(path: path, reason: reason)
        case .failure(let error): throw error
        }
    }

    /// Writes the file with mode 0600, in place of the one that is there; readers see the old or the new one, whole.
    func replace(_ bytes: [UInt8]) throws(DataDirectoryError) {
        let draft = draftPath
        unlink(draft)
        try write(bytes, to: draft, mode: 0o600)
        guard rename(draft, path) == 0 else {
            let reason = SystemError.current
            unlink(draft)
            throw .cannotWrite(path: path, reason: reason)
        }
        synchronizeDirectory()
    }

    /// Creates the file with mode 0600.
    /// - Throws: ``DataDirectoryError/exists(path:)`` when it is there already, also when another process was faster.
    func create(_ bytes: [UInt8], mode: mode_t = 0o600) throws(DataDirectoryError) {
        // Written beside and then linked into place: a crash leaves no half file, and link refuses to replace one.
        let draft = draftPath
        unlink(draft)
        try write(bytes, to: draft, mode: mode)
        defer { unlink(draft) }
        guard link(draft, path) == 0 else {
            let reason = SystemError.current
            throw reason.code == EEXIST ? .exists(path: path) : .cannotWrite(path: path, reason: reason)
        }
        synchronizeDirectory()
    }

    private var draftPath: String { "\(path).\(getpid()).draft" }

    private func write(_ bytes: [UInt8], to draft: String, mode: mode_t) throws(DataDirectoryError) {
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: .current) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .cannotWrite(path: path, reason: .current) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw .cannotWrite(path: path, reason: .current) }
    }

    /// Makes the new name survive a power cut. A file system that cannot is no reason to refuse the file.
    private func synchronizeDirectory() {
        let descriptor = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}

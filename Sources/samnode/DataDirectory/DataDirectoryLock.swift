import Foundation

/// Keeps a second node off a data directory for as long as it lives. The kernel drops it when the process ends, however
/// it ends, so that nothing stale stays behind.
final class DataDirectoryLock: Sendable {
    private let descriptor: Int32

    private static let name = "sam-node.pid"

    init(_ directory: DataDirectory) throws(DataDirectoryError) {
        let path = directory.path(of: Self.name)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: .current) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = SystemError.current
            defer { close(descriptor) }
            guard reason.code == EWOULDBLOCK else { throw .cannotWrite(path: path, reason: reason) }
            throw .inUse(path: directory.path, processID: Self.processID(in: path))
        }
        let line = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, line, line.count, 0) == line.count else {
            let reason = SystemError.current
            close(descriptor)
            throw .cannotWrite(path: path, reason: reason)
        }
        self.descriptor = descriptor
    }

    deinit {
        ftruncate(descriptor, 0)
        close(descriptor)
    }

    private static func processID(in path: String) -> Int32? {
        guard case .text(let bytes) = FileText.read(path, maximumBytes: 32) else { return nil }
        return Int32(String(decoding: bytes, as: UTF8.self).filter(\.isNumber))
    }
}

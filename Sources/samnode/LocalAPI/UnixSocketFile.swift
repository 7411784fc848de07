import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file of the local API's Unix socket: only its owner can open it, from its first moment on.
///
/// The server binds inside a fresh directory of mode 0700 beside the final path, the file is given mode 0600 there and
/// then moved to where clients look for it. The umask, which belongs to the whole process, is left alone.
struct UnixSocketFile: Sendable {
    /// Bytes of a path that fit into `sockaddr_un` with its terminating zero (macOS has the least room).
    static let pathCapacity = 103
    private static let nameInside = "s"
    private static let tries = 64

    let path: String
    private let directory: String
    /// Where the server has to bind.
    var bindPath: String { directory + "/" + Self.nameInside }

    /// Checks `path`, removes a socket that a dead process left there, and makes the private directory.
    static func prepare(path: String) throws(LocalAPIError) -> UnixSocketFile {
        let parent = (path as NSString).deletingLastPathComponent
        let base = (parent.isEmpty ? "." : parent) + "/."
        let longest = max(path.utf8.count, base.utf8.count + 2 + 1 + nameInside.utf8.count)
        guard longest <= pathCapacity else {
            throw .socketPathTooLong(path: path, length: longest, limit: pathCapacity)
        }
        try removeStale(path)
        for _ in 0..<tries {
            let directory = base + String(Int.random(in: 36..<36 * 36), radix: 36)
            if mkdir(directory, 0o700) == 0 { return UnixSocketFile(path: path, directory: directory) }
            guard errno == EEXIST else { throw .cannotListen(path, reason: String(cString: strerror(errno))) }
        }
        throw .cannotListen(path, reason: "no name is free for a directory beside it")
    }

    /// Moves the socket to where clients look for it, once the server listens.
    func publish() throws(LocalAPIError) {
        guard chmod(bindPath, 0o600) == 0, rename(bindPath, path) == 0 else {
            let reason = String(cString: strerror(errno))
            discard()
            throw .cannotListen(path, reason: reason)
        }
        rmdir(directory)
    }

    /// Removes what ``prepare(path:)`` made, when the server could not start.
    func discard() {
        unlink(bindPath)
        rmdir(directory)
    }

    /// Removes the socket when the server has stopped.
    func remove() {
        unlink(path)
    }

    private static func removeStale(_ path: String) throws(LocalAPIError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        guard !isServed(path) else { throw .socketInUse(path: path) }
        unlink(path)
    }

    private static func isServed(_ path: String) -> Bool {
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafeBytes(of: &address) { raw in
            guard let base = raw.baseAddress else { return false }
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            return connect(descriptor, base.assumingMemoryBound(to: sockaddr.self), size) == 0
        }
    }
}

import Foundation

/// The directory in which a node keeps what must survive a restart: its key, its local API's token, the mesh's root.
///
/// Opening it creates it (0700) and makes sure that only this user can put files there.
struct DataDirectory: Equatable, Sendable {
    let path: String

    private static let name = "sam-mesh"

    /// The operating system's place for a user's configuration, and `sam-mesh` below it.
    static func standardPath(environment: [String: String]) throws(DataDirectoryError) -> String {
        #if os(macOS)
            guard let home = environment["HOME"], !home.isEmpty else { throw .noHome }
            return "\(home)/Library/Application Support/\(name)"
        #else
            if let configuration = environment["XDG_CONFIG_HOME"], configuration.hasPrefix("/") {
                return "\(configuration)/\(name)"
            }
            guard let home = environment["HOME"], !home.isEmpty else { throw .noHome }
            return "\(home)/.config/\(name)"
        #endif
    }

    /// - Parameter path: what `--data-dir` says; the standard place when it says nothing.
    static func open(
        path: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(DataDirectoryError) -> DataDirectory {
        let path = if let path { path } else { try standardPath(environment: environment) }
        try create(path)
        try check(path)
        return DataDirectory(path: path)
    }

    /// Like ``open(path:environment:)``, but makes nothing.
    static func existing(
        path: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(DataDirectoryError) -> DataDirectory {
        let path = if let path { path } else { try standardPath(environment: environment) }
        guard access(path, F_OK) == 0 || errno != ENOENT else {
            throw .missing(path: path, remedy: "name another directory with --data-dir")
        }
        try check(path)
        return DataDirectory(path: path)
    }

    private init(path: String) {
        self.path = path
    }

    /// The path of a file in the directory.
    func path(of file: String) -> String {
        path.hasSuffix("/") ? path + file : "\(path)/\(file)"
    }

    private static func create(_ path: String) throws(DataDirectoryError) {
        guard !path.isEmpty else { throw .notADirectory(path: "\"\"") }
        guard mkdir(path, 0o700) != 0 else { return }
        let reason = SystemError.current
        switch reason.code {
        case EEXIST: return
        case ENOENT:
            let parent = (path as NSString).deletingLastPathComponent
            guard !parent.isEmpty, parent != path else { throw .cannotCreate(path: path, reason: reason) }
            try create(parent)
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
                throw .cannotCreate(path: path, reason: .current)
            }
        default: throw .cannotCreate(path: path, reason: reason)
        }
    }

    private static func check(_ path: String) throws(DataDirectoryError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw .cannotRead(path: path, reason: SystemError.current.description)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .notADirectory(path: path) }
        guard status.st_uid == geteuid() else { throw .foreign(path: path, owner: status.st_uid) }
        guard status.st_mode & 0o022 == 0 else { throw .writableByOthers(path: path, mode: UInt32(status.st_mode)) }
    }
}

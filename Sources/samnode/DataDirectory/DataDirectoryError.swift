/// Why the data directory or a file in it cannot be used. Each description ends with what to do about it.
enum DataDirectoryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Neither `--data-dir` nor an environment that says where a user's files go.
    case noHome
    case cannotCreate(path: String, reason: SystemError)
    case cannotRead(path: String, reason: String)
    case cannotWrite(path: String, reason: SystemError)
    case notADirectory(path: String)
    /// The directory or a key file belongs to another user.
    case foreign(path: String, owner: UInt32)
    /// Others could replace the files in the directory.
    case writableByOthers(path: String, mode: UInt32)
    /// Others could read or replace a secret.
    case exposedSecret(path: String, mode: UInt32)
    /// A file that somebody made is there already.
    case exists(path: String)
    case missing(path: String, remedy: String)
    /// A file with something else in it than what belongs there.
    case malformed(path: String, found: String, expected: String)
    /// Another node runs on the directory.
    case inUse(path: String, processID: Int32?)

    var description: String {
        switch self {
        case .noHome: "found neither $XDG_CONFIG_HOME nor $HOME; name a directory with --data-dir"
        case .cannotCreate(let path, let reason):
            "cannot create \(path): \(reason); name another directory with --data-dir"
        case .cannotRead(let path, let reason): "cannot read \(path): \(reason); make it readable for this user"
        case .cannotWrite(let path, let reason): "cannot write \(path): \(reason); make room or allow this user to"
        case .notADirectory(let path): "\(path) is not a directory; name another one with --data-dir"
        case .foreign(let path, let owner):
            "\(path) belongs to another user (uid \(owner)); run as that user, "
                + "or name another directory with --data-dir"
        case .writableByOthers(let path, let mode):
            "\(path) can be written by other users (mode \(Self.octal(mode))); "
                + "run: chmod 700 \(path) — or name a directory below it with --data-dir"
        case .exposedSecret(let path, let mode):
            "\(path) can be read by other users (mode \(Self.octal(mode))) but holds a secret; run: chmod 600 \(path)"
        case .exists(let path): "\(path) exists already and is not overwritten; move it away first"
        case .missing(let path, let remedy): "\(path) does not exist; \(remedy)"
        case .malformed(let path, let found, let expected):
            "\(path): found \(found), expected \(expected); restore the file or move it away"
        case .inUse(let path, let processID):
            "\(path) is in use by another node\(processID.map { " (pid \($0))" } ?? ""); "
                + "stop that one, or name another directory with --data-dir"
        }
    }

    private static func octal(_ mode: UInt32) -> String { "0" + String(mode & 0o7777, radix: 8) }
}

/// The exit codes of every command, after BSD's `sysexits.h`. A script can tell from the code alone who has to act.
enum ConsoleExit: Int32, CaseIterable, Sendable {
    case success = 0
    /// The request was understood and the answer is no: a token that does not verify, a service that is not granted.
    case refused = 1
    /// The command line is wrong (EX_USAGE; what ArgumentParser exits with, too).
    case usage = 64
    /// Something given is not what it should be: a token, a key, a block (EX_DATAERR).
    case data = 65
    /// A file that was named does not exist or cannot be read (EX_NOINPUT).
    case noInput = 66
    /// No node answers (EX_UNAVAILABLE).
    case unavailable = 69
    /// A defect of this program (EX_SOFTWARE).
    case software = 70
    /// A file exists already or cannot be made (EX_CANTCREAT).
    case cannotCreate = 73
    /// A file or directory is open to others, or belongs to somebody else (EX_NOPERM).
    case noPermission = 77
    /// The configuration is wrong (EX_CONFIG).
    case configuration = 78
}

import Foundation

/// An `errno` with its text.
struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    var code: Int32

    /// What the last system call of this thread left.
    static var current: SystemError { SystemError(code: errno) }

    var description: String { String(cString: strerror(code)) }
}

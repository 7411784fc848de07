import Foundation

/// A folder that goes with its last reference.
final class TemporaryFolder {
    let path: String

    /// The path is short, because those of Unix sockets have to be.
    init() throws {
        path = "/tmp/overlay-\(getpid())-\(UInt16.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

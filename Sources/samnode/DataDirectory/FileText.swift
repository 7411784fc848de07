import Foundation

/// Reads small files whole, with the operating system's reason when it cannot.
enum FileText {
    enum Outcome: Equatable, Sendable {
        case text([UInt8])
        case missing
        /// Why, in words.
        case failed(String)
    }

    /// Reads at most one byte more than `maximumBytes`, so that whoever asked can tell a file that is too long
    /// without having read all of it.
    static func read(_ path: String, maximumBytes: Int) -> Outcome {
        switch read(path, maximumBytes: maximumBytes, objection: { _ in nil as Never? }) {
        case .success(let outcome): outcome
        }
    }

    /// - Parameter objection: looks at the opened file, not at its name, so that nobody can swap it in between.
    static func read<Objection: Error>(
        _ path: String, maximumBytes: Int, objection: (stat) -> Objection?
    ) -> Result<Outcome, Objection> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            return .success(errno == ENOENT ? .missing : .failed(SystemError.current.description))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .success(.failed(SystemError.current.description)) }
        if let objection = objection(status) { return .failure(objection) }
        return .success(contents(of: descriptor, maximumBytes: maximumBytes))
    }

    private static func contents(of descriptor: Int32, maximumBytes: Int) -> Outcome {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while bytes.count <= maximumBytes {
            let wanted = min(chunk.count, maximumBytes + 1 - bytes.count)
            let got = Foundation.read(descriptor, &chunk, wanted)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return .failed(SystemError.current.description) }
            guard got > 0 else { break }
            bytes += chunk[..<got]
        }
        return .text(bytes)
    }
}

import Foundation
import Simulator

/// A process of its own that runs plans: one line in, a fingerprint and perhaps a property; one line out, the verdict. A node
/// that traps ends this process and not the swarm, and that is a find like any other.
final class SwarmWorker {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    /// What came and is not a whole line yet.
    private var buffer: [UInt8] = []

    /// - Throws: when the process cannot be started.
    init() throws {
        process.executableURL = try Self.program()
        process.arguments = ["swarm-worker"]
        process.standardInput = input
        process.standardOutput = output
        // What a trap prints is asked for by replaying the run.
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    private static func program() throws -> URL {
        guard let url = Bundle.main.executableURL else { throw SwarmError.noProgram }
        return url
    }

    /// Where its answers come from.
    var descriptor: Int32 { output.fileHandleForReading.fileDescriptor }

    /// Gives it a plan to run.
    /// - Throws: when it has ended.
    func begin(_ fingerprint: Fingerprint, looking property: String? = nil) throws {
        let line = property.map { "\(fingerprint)\t\($0)\n" } ?? "\(fingerprint)\n"
        try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
    }

    /// What came of the run; called when its descriptor can be read. Nil while the line is not whole.
    func take() -> Answer? {
        let data = output.fileHandleForReading.availableData
        guard !data.isEmpty else { return .ended(ending()) }
        buffer += data
        guard let end = buffer.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = String(decoding: buffer[..<end], as: UTF8.self)
        buffer.removeSubrange(...end)
        if let verdict = SwarmVerdict(line: line) { return .verdict(verdict) }
        return .unusable(line)
    }

    /// Ends it at once, whatever it does.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// No more plans: it ends when it has nothing left to do.
    func close() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private func ending() -> String {
        process.waitUntilExit()
        let code = process.terminationStatus
        return process.terminationReason == .uncaughtSignal ? "signal \(code)" : "exit status \(code)"
    }

    enum Answer {
        case verdict(SwarmVerdict)
        /// The plan makes no world, in words.
        case unusable(String)
        /// It ended in the middle of the run, how.
        case ended(String)
    }
}

/// Why a swarm cannot go on.
enum SwarmError: Error, CustomStringConvertible {
    case noProgram

    var description: String {
        switch self {
        case .noProgram: "this program does not know where it lies, and so cannot start further processes of itself"
        }
    }
}

/// A plan that makes no world.
struct SwarmRefusal: Error, CustomStringConvertible {
    let reason: String

    var description: String { "the plan cannot be run: \(reason)" }
}

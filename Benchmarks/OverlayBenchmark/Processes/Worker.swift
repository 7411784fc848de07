import Foundation

/// A process that is told what to do, and says what came of it, in lines.
final class Worker {
    /// It cannot be started, or ended before it answered.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var received = Data()
    private let name: String

    var id: Int32 { process.processIdentifier }

    /// - Parameter environment: added to this process's.
    init(_ command: [String], environment: [String: String] = [:]) throws {
        // A worker that has ended must not end this process when it is written to.
        signal(SIGPIPE, SIG_IGN)
        name = command.joined(separator: " ")
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit { end() }

    /// Another end of this program.
    static func ofThisProgram(_ arguments: String...) throws -> Worker {
        try Worker([Bundle.main.executablePath ?? CommandLine.arguments[0]] + arguments)
    }

    /// The next line that it writes.
    func line() throws -> String {
        while true {
            if let end = received.firstIndex(of: 0x0A) {
                defer { received = Data(received[(end + 1)...]) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Failure(description: "\(name) ended") }
            received += more
        }
    }

    /// Gives it a line and waits for the numbers of its answer.
    func ask(_ question: String) throws -> [UInt64] {
        do {
            try input.fileHandleForWriting.write(contentsOf: Data("\(question)\n".utf8))
        } catch {
            throw Failure(description: "\(name) takes nothing more")
        }
        let answer = try line()
        let numbers = answer.split(separator: " ").compactMap { UInt64($0) }
        guard !numbers.isEmpty else { throw Failure(description: "\(name): \(answer)") }
        return numbers
    }

    /// Lets it end by closing its input; whoever does not is ended by a signal.
    func end() {
        try? input.fileHandleForWriting.close()
        guard process.isRunning else { return }
        let limit = Date().addingTimeInterval(5)
        while process.isRunning, Date() < limit { usleep(10_000) }
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }
}

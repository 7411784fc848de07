import Foundation

/// A command that is run to its end.
enum Program {
    /// What it writes to standard output.
    /// - Throws: ``Worker/Failure`` with what it wrote to standard error, when it ends with another status than 0.
    @discardableResult
    static func run(_ command: [String]) throws -> Data {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let written = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Worker.Failure(description: "\(command.joined(separator: " ")): \(complaint)")
        }
        return written
    }

    /// The samnode beside this program.
    static func samnode() throws -> String {
        let path = (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]))
            .resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("samnode").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Worker.Failure(
                description: "there is no \(path); build it with: swift build -c release --product samnode")
        }
        return path
    }
}

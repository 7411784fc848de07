import Foundation
import Overlay

/// What a command that prints and ends has around it: the time, standard input, and what it has to say. A value, so
/// that tests read what a command printed.
struct Console: Sendable {
    let now: WallTime
    /// Read when a command asks for it, at most this many bytes.
    let readInput: @Sendable (_ maximumBytes: Int) -> [UInt8]
    private(set) var result = ""
    private(set) var notes = ""

    init(now: WallTime, readInput: @escaping @Sendable (_ maximumBytes: Int) -> [UInt8]) {
        self.now = now
        self.readInput = readInput
    }

    /// The real one.
    static func system() -> Console {
        Console(now: SystemClock.now()) { maximumBytes in
            (try? FileHandle.standardInput.read(upToCount: maximumBytes)).flatMap { $0 }.map { Array($0) } ?? []
        }
    }

    /// A line (or several) of what was asked for, for standard output.
    mutating func print(_ text: String) {
        result += text + "\n"
    }

    /// A line (or several) of explanation for standard error, which a pipe does not see.
    mutating func note(_ text: String) {
        notes += text + "\n"
    }

    /// A result for machines: JSON with sorted keys, times as RFC 3339.
    mutating func print(json value: some Encodable) throws(ConsoleError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            print(String(decoding: try encoder.encode(value), as: UTF8.self))
        } catch {
            throw ConsoleError(.software, "the result cannot be written as JSON: \(error); report this as a defect")
        }
    }

    func flush() {
        FileHandle.standardError.write(Data(notes.utf8))
        FileHandle.standardOutput.write(Data(result.utf8))
    }
}

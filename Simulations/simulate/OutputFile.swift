import ArgumentParser
import Foundation

/// What a command writes beside its result.
enum OutputFile {
    /// - Throws: when the file cannot be written, with its name and the reason.
    static func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw ValidationError("\(path): it cannot be written: \(error.localizedDescription)")
        }
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// - Throws: when the file cannot be read, with its name and the reason.
    static func read(_ path: String) throws -> String {
        do {
            return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        } catch {
            throw ValidationError("\(path): it cannot be read: \(error.localizedDescription)")
        }
    }
}

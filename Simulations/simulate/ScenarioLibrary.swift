import ArgumentParser
import Foundation
import Simulator
import YAML

/// The scenario files of a folder, by name.
struct ScenarioLibrary {
    /// A file of the folder, or one that was named by its path.
    struct File {
        let url: URL
        /// As messages name it.
        let path: String

        /// Without `.yaml`.
        var name: String { url.deletingPathExtension().lastPathComponent }
    }

    private static let place = "Simulations/scenarios"
    /// A matrix of as many regions as a file may have stays below this.
    private static let longestFile = 4 * 1_024 * 1_024

    private let folder: URL?

    /// - Parameter folder: nil: `Simulations/scenarios` of the folder that one is in, or above it, or above the program.
    init(folder: String?) throws {
        if let folder {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
                throw ValidationError("--scenarios \(folder): there is no such folder")
            }
            self.folder = URL(fileURLWithPath: folder)
        } else {
            let starts = [FileManager.default.currentDirectoryPath, Bundle.main.bundlePath]
            self.folder = starts.lazy.compactMap(Self.search).first
        }
    }

    private static func search(from start: String) -> URL? {
        var folder = URL(fileURLWithPath: start).resolvingSymlinksInPath()
        while folder.path != "/" {
            let candidate = folder.appending(path: place)
            if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
            folder.deleteLastPathComponent()
        }
        return nil
    }

    /// By name.
    var files: [File] {
        get throws {
            guard let folder else {
                throw ValidationError("found no folder \(Self.place) here or above; name one with --scenarios")
            }
            return try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix(".yaml") }.sorted()
                .map { File(url: folder.appending(path: $0), path: $0) }
        }
    }

    /// The files that a word means: a path of one, `all`, or all whose name it is or begins, such as `S18`.
    func files(named word: String) throws -> [File] {
        if word.hasSuffix(".yaml") || word.contains("/") {
            return [File(url: URL(fileURLWithPath: word), path: word)]
        }
        let all = try files
        if word == "all" { return all }
        let found = all.filter { file in
            let name = file.name.lowercased()
            return name == word.lowercased() || name.hasPrefix(word.lowercased() + "-")
        }
        guard found.isEmpty else { return found }
        let guess = NearestName.of(
            word, among: all.map(\.name) + all.compactMap { $0.name.split(separator: "-").first.map(String.init) })
        let hint = guess.map { "; did you mean \($0)?" } ?? "; see `simulate list`"
        throw ValidationError("there is no scenario \(word.quotedForMessage)\(hint)")
    }

    /// - Throws: `YAMLFileError` with everything that is wrong with the file.
    static func read(_ file: File, size: Scenario.SizeName, settings: SettingOptions) throws -> Scenario {
        let folder = file.url.deletingLastPathComponent()
        let text = try bytes(of: file.url) { reason in
            YAMLFileError([
                YAMLFileProblem(file: file.path, mark: .start, message: "found a file that cannot be read: \(reason)")
            ])
        }
        return try ScenarioFile.read(text, file: file.path, size: size, settings: settings) {
            path throws(ScenarioFile.UnreadableFile) in
            try bytes(of: URL(fileURLWithPath: path, relativeTo: folder), ScenarioFile.UnreadableFile.init(reason:))
        }
    }

    private static func bytes<Failure>(of url: URL, _ failure: (String) -> Failure) throws(Failure) -> [UInt8] {
        guard FileManager.default.fileExists(atPath: url.path) else { throw failure("it does not exist") }
        guard let file = FileHandle(forReadingAtPath: url.path) else { throw failure("it may not be opened") }
        defer { file.closeFile() }
        guard let data = try? file.read(upToCount: longestFile + 1) else {
            throw failure("it is no file of text, or empty")
        }
        guard data.count <= longestFile else { throw failure("it is longer than \(longestFile / 1_048_576) MiB") }
        return Array(data)
    }
}

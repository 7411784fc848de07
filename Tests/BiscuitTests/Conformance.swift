import Foundation
import Testing

@testable import Biscuit

/// The folder of test vectors, and a tally of the cases run over it.
enum Conformance {
    /// `SAM_CONFORMANCE_DIR`, or `../shared/conformance` beside the package.
    static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["SAM_CONFORMANCE_DIR"] {
            return URL(fileURLWithPath: path)
        }
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        let package = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return package.appendingPathComponent("../shared/conformance").standardizedFileURL
    }()

    static let biscuit = root.appendingPathComponent("biscuit")

    static let missing: Comment = "the conformance vectors are absent: set SAM_CONFORMANCE_DIR"

    static var isPresent: Bool {
        FileManager.default.fileExists(atPath: biscuit.path)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: biscuit.appendingPathComponent(path).path)
    }

    static func json(_ path: String) throws -> JSON {
        let data = try Data(contentsOf: biscuit.appendingPathComponent(path))
        return JSON(try JSONSerialization.jsonObject(with: data))
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: biscuit.appendingPathComponent(path)))
    }
}

/// Untyped JSON with forgiving access.
struct JSON {
    let raw: Any?

    init(_ raw: Any?) {
        self.raw = raw is NSNull ? nil : raw
    }

    subscript(_ key: String) -> JSON { JSON((raw as? [String: Any])?[key]) }
    var array: [JSON] { (raw as? [Any] ?? []).map { JSON($0) } }
    var object: [String: JSON] { (raw as? [String: Any] ?? [:]).mapValues { JSON($0) } }
    var keys: [String] { (raw as? [String: Any] ?? [:]).keys.sorted() }
    var string: String? { raw as? String }
    var int: Int? { (raw as? NSNumber)?.intValue }
    var bool: Bool? { (raw as? NSNumber)?.boolValue }
    var exists: Bool { raw != nil }
    var hex: [UInt8]? { string.flatMap { Hexadecimal.decode($0.utf8) } }
    var strings: [String] { array.compactMap(\.string) }
    /// A short text for messages.
    var text: String { raw.map { "\($0)" } ?? "null" }
}

/// Counts the cases of one file and prints them at the end.
final class Tally {
    private let file: String
    private var passed = 0
    private var failures: [String] = []
    private var apart: [String: (count: Int, agree: Int)] = [:]

    init(_ file: String) {
        self.file = file
    }

    func record(_ name: String, _ problem: String?) {
        if let problem { failures.append("\(name): \(problem)") } else { passed += 1 }
    }

    /// A case that is left out of pass and fail.
    func report(_ reason: String, agrees: Bool) {
        var entry = apart[reason] ?? (0, 0)
        entry.count += 1
        entry.agree += agrees ? 1 : 0
        apart[reason] = entry
    }

    func finish(sourceLocation: SourceLocation = #_sourceLocation) {
        var line = "\(file): \(passed + failures.count) ran, \(passed) passed, \(failures.count) failed"
        for (reason, entry) in apart.sorted(by: { $0.key < $1.key }) {
            line += "; apart: \(entry.count) (\(reason); \(entry.agree) agree)"
        }
        print(line)
        for failure in failures.prefix(40) {
            Issue.record(Comment(rawValue: "\(file): \(failure)"), sourceLocation: sourceLocation)
        }
        #expect(passed + failures.count > 0, "no case ran", sourceLocation: sourceLocation)
    }
}

import Foundation
import Testing

@testable import Overlay

/// The shared test vectors, beside the package or where `SAM_CONFORMANCE_DIR` says.
enum Conformance {
    static let folder: URL = {
        if let given = ProcessInfo.processInfo.environment["SAM_CONFORMANCE_DIR"] {
            return URL(fileURLWithPath: given)
        }
        var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root.deletingLastPathComponent().appending(path: "shared/conformance")
    }()

    /// Whether the vectors are there; tests over them are skipped when not.
    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static let absence: Comment = "no conformance data beside the package (set SAM_CONFORMANCE_DIR)"

    static func load(_ file: String) throws -> JSON {
        try JSONDecoder().decode(JSON.self, from: Data(contentsOf: folder.appending(path: file)))
    }
}

/// Counts the cases of one file and says how they went.
struct Tally {
    private let file: String
    private var passed = 0
    private var failures: [String] = []
    private var skipped: [String: Int] = [:]

    init(_ file: String) {
        self.file = file
    }

    /// Runs one case; it fails when `body` throws or gives false.
    mutating func run(_ name: String, _ body: () throws -> Bool) {
        do {
            if try body() { passed += 1 } else { failures.append("\(name): wrong result") }
        } catch {
            failures.append("\(name): \(error)")
        }
    }

    /// Runs a case that has to be refused.
    mutating func refuses(_ name: String, _ body: () throws -> Void) {
        run(name) {
            do {
                try body()
                return false
            } catch is MissingField {
                throw MissingField()
            } catch {
                return true
            }
        }
    }

    mutating func skip(_ reason: String) {
        skipped[reason, default: 0] += 1
    }

    /// Prints the counts and expects that nothing failed.
    func finish(sourceLocation: SourceLocation = #_sourceLocation) {
        let reasons = skipped.sorted { $0.key < $1.key }.map { "\($0.value) skipped (\($0.key))" }
        let counts = ["\(passed + failures.count) ran", "\(passed) passed"] + reasons
        print("conformance \(file): " + counts.joined(separator: ", "))
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))", sourceLocation: sourceLocation)
        #expect(passed > 0, "no case of \(file) ran", sourceLocation: sourceLocation)
    }
}

/// A test vector lacks what its test needs.
struct MissingField: Error {}

extension JSON {
    func requireText() throws -> String {
        guard let text else { throw MissingField() }
        return text
    }

    func requireHex() throws -> [UInt8] {
        try Hexadecimal.decode(requireText())
    }
}

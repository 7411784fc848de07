import Biscuit
import Foundation

/// The reference implementation in a Python process that lives as long as the benchmark.
final class Reference {
    /// Why there is nothing to compare with.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private struct Setup: Encodable {
        var privateKey: String
        var root: String
        var token: String
        var snapshot: String
        var peer = Workload.peer
        var host = Workload.host
        var now = Workload.now
        var expiry = Workload.expiry
        var user = Workload.user
        var group = Workload.group
        var role = Workload.role
        var models = Workload.models

        enum CodingKeys: String, CodingKey {
            case privateKey = "private_key"
            case root, token, snapshot, peer, host, now, expiry, user, group, role, models
        }
    }

    private struct Request: Encodable {
        var setup: Setup?
        var operation: Operation?
        var count: Int?
        var outcome: Bool?
    }

    private struct Answer: Decodable {
        var version: String?
        var nanoseconds: UInt64?
        var policy: Int?
        var foreign: String?
        var failure: String?
    }

    private static let gone = Failure(description: "the interpreter or its biscuit-python cannot be run")

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var received = Data()
    private(set) var version = ""

    /// Starts the interpreter and lets it prepare what is prepared once.
    init(interpreter: String, _ workload: Workload) throws {
        // An interpreter that is not there must not end this process when it is written to.
        signal(SIGPIPE, SIG_IGN)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [interpreter, "-c", String(decoding: PackageResources.reference_py, as: UTF8.self)]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let setup = Setup(
            privateKey: workload.root.privateKey.text, root: workload.root.publicKey.description,
            token: Self.hexadecimal(workload.token.bytes), snapshot: Self.hexadecimal(workload.snapshot))
        version = try ask(Request(setup: setup)).version ?? "unknown"
        let outcome = try ask(Request(outcome: true))
        guard outcome.policy == 1, outcome.foreign == "refused" else {
            throw Failure(description: "it decides otherwise about the same token and policies")
        }
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Nanoseconds of processor time that `count` operations take.
    func measure(_ operation: Operation, count: Int) throws -> UInt64 {
        guard let nanoseconds = try ask(Request(operation: operation, count: count)).nanoseconds else {
            throw Failure(description: "it gives no time for \(operation.rawValue)")
        }
        return nanoseconds
    }

    private func ask(_ request: Request) throws -> Answer {
        let bytes = try JSONEncoder().encode(request) + Data([0x0A])
        guard (try? input.fileHandleForWriting.write(contentsOf: bytes)) != nil else { throw Self.gone }
        let answer = try JSONDecoder().decode(Answer.self, from: try line())
        if let failure = answer.failure { throw Failure(description: failure) }
        return answer
    }

    private func line() throws -> Data {
        while true {
            if let end = received.firstIndex(of: 0x0A) {
                defer { received = Data(received[(end + 1)...]) }
                return Data(received[..<end])
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Self.gone }
            received += more
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// `SAM_PYTHON`, the package's virtual environment, or `python3`.
    static var interpreter: String {
        if let named = ProcessInfo.processInfo.environment["SAM_PYTHON"] { return named }
        let local = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: local) ? local : "python3"
    }
}

import Foundation

/// A mesh of samnode processes on this machine, made as a user makes one.
final class RealMesh {
    /// One of the processes.
    struct Node {
        let folder: String
        let process: Process

        var id: Int32 { process.processIdentifier }
    }

    private let binary: String
    private let folder: TemporaryFolder
    private(set) var nodes: [Node] = []
    private var first: String?

    init() throws {
        binary = try Program.samnode()
        folder = try TemporaryFolder()
        try Program.run([binary, "authority", "init", "--data-dir", authority])
    }

    deinit {
        for node in nodes { node.process.terminate() }
        for node in nodes { node.process.waitUntilExit() }
    }

    private var authority: String { folder.path + "/authority" }

    /// Starts one more node; all but the first begin with the first.
    /// - Parameter configuration: of the node, in YAML.
    func start(_ configuration: String) throws {
        let data = "\(folder.path)/\(nodes.count)"
        let peer = String(decoding: try Program.run([binary, "id", "--data-dir", data]), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try Program.run([
            binary, "authority", "issue", "--data-dir", authority, "--peer", peer, "--user", "user", "--role",
            "sam:role:node", "--service", "*", "--ttl", "24h", "--out", data + "/token",
        ])
        try configuration.write(toFile: data + "/sam-node.yaml", atomically: true, encoding: .utf8)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: binary)
        process.arguments =
            [
                "run", "--config", data + "/sam-node.yaml", "--data-dir", data, "--listen", "/ip4/127.0.0.1/tcp/0",
                "--bind-addr", "", "--root-key-path", authority + "/mesh-root.pub", "--no-mdns", "--log-level", "error",
            ] + (first.map { ["--bootstrap", $0] } ?? [])
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        nodes.append(Node(folder: data, process: process))
        let address = try Self.address(in: output.fileHandleForReading)
        if first == nil { first = "\(address)/p2p/\(peer)" }
    }

    /// What the node says after its start; the rest of its output is read and dropped.
    private static func address(in output: FileHandle) throws -> Substring {
        var text = ""
        while true {
            let more = output.availableData
            guard !more.isEmpty else { throw Worker.Failure(description: "samnode ended: \(text)") }
            text += String(decoding: more, as: UTF8.self)
            guard text.contains("Node Online."), let start = text.range(of: "/ip4/127.0.0.1/tcp/") else { continue }
            output.readabilityHandler = { handle in if handle.availableData.isEmpty { handle.readabilityHandler = nil }
            }
            let port = text[start.upperBound...].prefix { $0.isNumber }
            return text[start.lowerBound..<port.endIndex]
        }
    }

    /// What the node answers to a command of samnode with `--json`.
    func ask<Answer: Decodable>(_ number: Int, _ command: String..., as type: Answer.Type) throws -> Answer {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            Answer.self, from: try Program.run([binary] + command + ["--json", "--data-dir", nodes[number].folder]))
    }
}

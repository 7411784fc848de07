import Foundation
import Inference
import Overlay
import Synchronization
import Testing

@testable import samnode

struct ShowTests {
    private func withFolder(_ body: (ShowFolder) throws -> Void) throws {
        let folder = try ShowFolder.make()
        defer { folder.remove() }
        try body(folder)
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func onlyThisUserCanReadTheFolder() throws {
        try withFolder { folder in
            #expect(try mode(folder.path) == 0o700)
            let member = ShowFolder.Member(letter: "A", user: "alice", role: "sam:role:node")
            let node = try folder.enroll(member, at: SystemClock.now())
            #expect(try mode(node.dataDirectory) == 0o700)
            for name in ["node.key", "token", "api-token"] {
                #expect(try mode("\(node.dataDirectory)/\(name)") == 0o600)
            }
            let socket = "\(node.dataDirectory)/sam.sock"
            #expect(socket.utf8.count <= UnixSocketFile.pathCapacity)
        }
    }

    /// What `samnode run` would find is what it needs.
    @Test func anEnrolledNodeHasATokenOfTheMesh() throws {
        try withFolder { folder in
            let grant = try ServicePattern(parsing: "inference:demo")
            let member = ShowFolder.Member(letter: "A", user: "alice", role: "sam:role:node", grants: [grant])
            let node = try folder.enroll(member, at: SystemClock.now())
            var console = Console.system()
            let arguments = [
                "\(node.dataDirectory)/token", "--data-dir", node.dataDirectory, "--peer", node.peer.text, "--service",
                "inference:demo", "--json",
            ]
            try TokenVerifyCommand.parse(arguments).execute(&console)
            #expect(console.result.contains("\"valid\" : true"))
            let other = try TokenVerifyCommand.parse(arguments.map { $0 == "inference:demo" ? "inference:x" : $0 })
            #expect(throws: ConsoleError.self) { try other.execute(&console) }
        }
    }

    @Test func theConfigurationOfTheHostIsValid() throws {
        try withFolder { folder in
            let node = try folder.enroll(
                ShowFolder.Member(letter: "C", user: "carol", role: "sam:role:node"), at: SystemClock.now())
            try folder.configure(node, service: "demo", targetURL: "http://localhost:4000/%22base%5C")
            let loaded = try ConfigurationFile.load(path: node.configurationPath)
            #expect(loaded.configuration.services.map(\.name.description) == ["inference:demo"])
            let url = try BackendURL(text: "http://localhost:4000/%22base%5C")
            #expect(loaded.configuration.services.first?.backend == .url(url))
            let arguments = node.arguments(listen: "none", bootstrap: "/ip4/127.0.0.1/tcp/1")
            let command = try RunCommand.parse(Array(arguments.dropFirst()))
            #expect(command.listen == ["none"])
            #expect(command.bootstrap == ["/ip4/127.0.0.1/tcp/1"])
            #expect(command.bindAddr == "127.0.0.1:0")
        }
    }

    @Test(arguments: [
        ("/tmp/a-b_c.d", "/tmp/a-b_c.d"), ("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("$(x)", "'$(x)'"),
    ])
    func wordsForAShellAreQuoted(text: String, quoted: String) {
        #expect(ShowPicture.quoted(text) == quoted)
    }

    @Test func theCommandsToTryNameTheNode() throws {
        try withFolder { folder in
            let member = ShowFolder.Member(letter: "A", user: "alice", role: "sam:role:node")
            let node = try folder.enroll(member, at: SystemClock.now())
            let text = ShowPicture.commands(
                program: "/my programs/samnode", a: node, baseURL: "http://127.0.0.1:7", model: "it's")
            #expect(text.contains("curl -N http://127.0.0.1:7/v1/chat/completions"))
            #expect(text.contains("'/my programs/samnode' status  --data-dir \(node.dataDirectory)"))
            #expect(text.contains("base_url=\"http://127.0.0.1:7/v1\""))
            #expect(!text.contains(node.apiToken), "the token is read from its file, not shown")
        }
    }

    private final class Written: Sendable {
        private let parts = Mutex("")
        var text: String { parts.withLock { $0 } }
        func add(_ text: String) { parts.withLock { $0 += text } }
    }

    @Test func coloursAreForTerminals() throws {
        for isColoured in [false, true] {
            let written = Written()
            let terminal = ShowTerminal(isColoured: isColoured) { written.add($0) }
            try terminal.line("text", .good)
            try terminal.line("plain")
            try terminal.line()
            #expect(written.text == (isColoured ? "\u{1B}[32mtext\u{1B}[0m" : "text") + "\nplain\n\n")
        }
    }

    @Test func aClosedOutputIsAFailure() {
        let terminal = ShowTerminal(isColoured: false) { _ in throw CancellationError() }
        #expect(throws: ShowTerminal.Closed.self) { try terminal.line("x") }
    }

    @Test(arguments: [["--target-url", "ftp://x"], ["--target-url", "http://"], ["--once", "extra"]])
    func wrongArgumentsAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try DemoCommand.parse(arguments) }
    }

    @Test func argumentsAreTaken() throws {
        let command = try DemoCommand.parse(["--once", "--target-url", "http://localhost:4000", "--model", "m"])
        #expect(command.once)
        #expect(command.targetUrl == "http://localhost:4000")
        #expect(command.model == "m")
    }

    @Test func aLimitIsALimit() async throws {
        #expect(try await TimeLimit.run(.seconds(20), "it did not come") { 1 } == 1)
        await #expect(throws: ShowFailure("it did not come within 0 s")) {
            try await TimeLimit.run(.milliseconds(1), "it did not come") { await ProcessLog().waitForEnd() }
        }
    }
}

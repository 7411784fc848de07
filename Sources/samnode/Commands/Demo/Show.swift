import AsyncHTTPClient
import Foundation
import Inference
import Overlay
import YAML

/// What the demo shows, step by step.
struct Show: Sendable {
    /// What the user chose.
    struct Options: Sendable {
        /// The backend behind C; nil for the demo's own.
        var targetURL: String?
        /// The model to ask; nil for the first that C offers.
        var model: String?
        /// How the user can call this program again.
        var program = "samnode"
        /// Whether the nodes end with the show.
        var isOnce = false
    }

    /// A node that runs.
    struct RunningNode: Sendable {
        var node: ShowNode
        var process: ChildProcess
        var agent: AgentClient
    }

    /// The three nodes.
    struct Cast: Sendable {
        var a: RunningNode
        var b: RunningNode
        var c: RunningNode
        var backendURL: String

        /// `A`, `B` or `C` for a peer of the demo.
        func letter(of peer: String) -> String? {
            [a, b, c].first { $0.node.peer.text == peer }?.node.letter
        }
    }

    static let service = "demo"
    static let question = "How does my question find its way through the mesh?"

    let options: Options
    let stage: ShowStage
    let terminal: ShowTerminal
    let http: HTTPClient
    let settings: ShowSettings

    /// Plays everything. The nodes still run afterwards.
    /// - Throws: ``StepFailure`` when a step fails.
    func play() async throws {
        let nodes = try await step("making a mesh in \(stage.folder.path)") { try enroll() }
        let backendURL = try await step("starting the backend") { try await startBackend() }
        let cast = try await step("starting the nodes") { try await start(nodes, backendURL: backendURL) }
        try showTopology(of: cast)
        let model = try await step("waiting for the catalog at A") {
            try await waitForModel(options.model, at: cast.a, of: cast.c)
        }
        try await step("showing the catalog at A") { try await showCatalog(of: cast) }
        try await step("asking \(model) at A") { try await showAnswer(of: cast, model: model) }
        try await step("asking with a token that does not grant the service") {
            try await showRefusal(nodes.d, of: cast, model: model)
        }
        try showCommands(of: cast, model: model)
    }

    /// Names what failed.
    private func step<Value: Sendable>(
        _ name: String, _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch let error as ShowTerminal.Closed {
            throw error
        } catch {
            try Task.checkCancellation()
            throw StepFailure(step: name, reason: "\(error)")
        }
    }

    // MARK: Start

    /// The nodes as their data directories describe them.
    struct Nodes: Sendable {
        var a: ShowNode
        var b: ShowNode
        var c: ShowNode
        var d: ShowNode
    }

    private func enroll() throws -> Nodes {
        let now = SystemClock.now()
        let grant = try ServicePattern(parsing: "inference:\(Self.service)")
        let node = "sam:role:node"
        func enroll(_ letter: String, _ user: String, role: String, grants: [ServicePattern] = []) throws -> ShowNode {
            let member = ShowFolder.Member(letter: letter, user: user, role: role, grants: grants)
            return try stage.folder.enroll(member, at: now)
        }
        return Nodes(
            a: try enroll("A", "alice", role: node, grants: [grant]),
            b: try enroll("B", "bob", role: Vocabulary.routerRole), c: try enroll("C", "carol", role: node),
            d: try enroll("D", "dave", role: node))
    }

    private func startBackend() async throws -> String {
        if let targetURL = options.targetURL { return targetURL }
        let backend = try await stage.start("the demo backend", ["demo-backend", "--port", "0"])
        let url = try await backend.waitForLine("Listening on ", within: settings.startLimit)
        guard url.hasPrefix("http://") else { throw ShowFailure("the demo backend listens on \(url)") }
        return url
    }

    private func start(_ nodes: Nodes, backendURL: String) async throws -> Cast {
        try stage.folder.configure(nodes.c, service: Self.service, targetURL: backendURL)
        for node in [nodes.a, nodes.b, nodes.d] { try stage.folder.configure(node) }
        let b = try await start(nodes.b, listen: "/ip4/127.0.0.1/tcp/0", bootstrap: nil)
        let address = try await address(of: b)
        async let a = start(nodes.a, listen: "none", bootstrap: address)
        async let c = start(nodes.c, listen: "none", bootstrap: address)
        return Cast(a: try await a, b: b, c: try await c, backendURL: backendURL)
    }

    func start(_ node: ShowNode, listen: String, bootstrap: String?) async throws -> RunningNode {
        let process = try await stage.start(
            "node \(node.letter)", node.arguments(listen: listen, bootstrap: bootstrap))
        let limit = settings.startLimit
        _ = try await process.waitForLine("SAM Node Online.", within: limit)
        let url = try await process.waitForLine("Serving the local API on TCP address ", within: limit)
        let agent = AgentClient(http: http, baseURL: url, apiToken: node.apiToken, settings: settings)
        return RunningNode(node: node, process: process, agent: agent)
    }

    /// The multiaddr that the others dial.
    func address(of running: RunningNode) async throws -> String {
        let line = try await running.process.waitForLine("Listening on: [", within: settings.startLimit)
        guard
            let address = line.split(whereSeparator: { $0 == " " || $0 == "]" }).first(where: { $0.contains("/tcp/") })
        else { throw ShowFailure("node \(running.node.letter) listens on no TCP address: [\(line)") }
        return address.contains("/p2p/") ? String(address) : "\(address)/p2p/\(running.node.peer)"
    }

    // MARK: The mesh

    private func showTopology(of cast: Cast) throws {
        try terminal.heading("Three nodes on this machine, each a process of its own")
        try terminal.indented(ShowPicture.topology(backendURL: cast.backendURL))
        var table = ColumnTable(.left("NODE"), .left("PEER"), .left("USER"), .left("ITS TOKEN"))
        for node in [cast.a.node, cast.b.node, cast.c.node] {
            table.add(node.letter, node.peer.text, node.user, ShowPicture.words(for: node))
        }
        try terminal.line()
        try terminal.indented(table.text)
    }

    /// The model to ask, once `asking` knows that `host` offers it.
    /// - Parameter name: nil for the first of the host's.
    func waitForModel(_ name: String?, at asking: RunningNode, of host: RunningNode) async throws -> String {
        let wanted = name.map { "the model \($0.quotedForMessage)" } ?? "a model"
        let hint = options.targetURL.map { " (does GET \($0)/v1/models answer and list it?)" } ?? ""
        return try await TimeLimit.run(
            settings.catalogLimit, "node \(asking.node.letter) did not learn of \(wanted) at C\(hint)"
        ) { [settings] in
            while true {
                let entries = try await asking.agent.catalog().filter { $0.peer == host.node.peer.text }
                let models = entries.flatMap(\.services).flatMap(\.models)
                if let model = models.first(where: { name == nil || name == $0 }) { return model }
                try await Task.sleep(for: settings.catalogInterval)
            }
        }
    }

    private func showCatalog(of cast: Cast) async throws {
        try terminal.heading("What A knows of the mesh, by gossip")
        let entries = try await cast.a.agent.catalog()
        let table = CatalogTable(entries, isWide: false, now: SystemClock.now()) { peer in cast.letter(of: peer) }
        guard let text = table.text else { throw ShowFailure("the catalog is empty again") }
        try terminal.indented(text)
    }

    private func showCommands(of cast: Cast, model: String) throws {
        try terminal.heading(options.isOnce ? "What to try while a demo runs on (without --once)" : "Try it yourself")
        try terminal.indented(
            ShowPicture.commands(
                program: options.program, a: cast.a.node, baseURL: cast.a.agent.baseURL, model: model))
        guard !options.isOnce else { return }
        try terminal.line()
        try terminal.line("The nodes run on. Ctrl-C ends them and removes \(stage.folder.path).", .heading)
    }
}

/// A step of the show that failed.
struct StepFailure: Error, Equatable, CustomStringConvertible {
    let step: String
    let reason: String

    var description: String { "\(step): \(reason)" }
}

import ArgumentParser
import Foundation
import NIOPosix
import Overlay

/// `samnode doctor`: why a node does not join, and what to do about it.
struct DoctorCommand: AsyncConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what keeps the node from its mesh, and what to do about it.",
        discussion: """
            Asks the running node. Without one it looks at the files, and tries the addresses itself with the node's \
            key and token. Exits with 1 when there is a problem.
            """)

    @OptionGroup var node: NodeSocketOptions
    @Option(help: "The node's configuration, when no node runs.") var config = ConfigurationFile.standardPath
    @Option(help: ArgumentHelp("A further address to try, when no node runs; repeatable.", valueName: "multiaddr"))
    var bootstrap: [String] = []
    @Option(help: "File with the node's own token, when no node runs (default: token in the data directory).")
    var tokenPath: String?
    @Option(
        help: "File with the mesh's root public keys, when no node runs (default: mesh-root.pub in the data directory)."
    )
    var rootKeyPath: String?
    @Flag(help: "Dial nobody when no node runs.") var noDial = false
    @Flag(help: "Print JSON.") var json = false

    private struct Output: Encodable {
        var state: Finding.State
        var findings: [Finding]
    }

    func execute(_ console: inout Console) async throws(ConsoleError) {
        var findings: [Finding] = []
        if let report = try await runningNode() {
            findings.append(
                .ok(
                    .node,
                    "runs as \(TerminalText.printable(report.peer)) for \(TerminalText.duration(seconds: report.uptimeSeconds))"
                ))
            findings += DirectoryExamination(running: report.dataDirectory).findings
            findings += JoiningExamination(report, isRunning: true, now: console.now).findings
        } else {
            findings.append(.warning(.node, "does not run", next: "start it with: samnode run\(node.hint)"))
            findings += try await withoutNode(now: console.now)
        }
        try show(findings, on: &console)
    }

    private func show(_ findings: [Finding], on console: inout Console) throws(ConsoleError) {
        let state = findings.map(\.state).max() ?? .ok
        if json {
            try console.print(json: Output(state: state, findings: findings))
        } else {
            console.print(DoctorText(findings).text)
        }
        guard state == .problem else { return }
        let count = findings.count { $0.state == .problem }
        throw ConsoleError(.refused, "found \(TerminalText.count(count, "problem", "problems")); see above")
    }

    /// Nil when none runs; one that answers something else than a node is an error.
    private func runningNode() async throws(ConsoleError) -> JoiningReport? {
        do throws(ConsoleError) {
            let client = NodeClient(socketPath: try node.path(), hint: node.hint)
            return try await client.report(JoiningReport.self, at: "/sam/node/joining")
        } catch  where error.exit == .unavailable {
            return nil
        } catch  where error.exit != .usage && error.exit != .data {
            // What is wrong with the directory is what the examination of the files says.
            return nil
        }
    }

    // MARK: Without a running node

    private func withoutNode(now: WallTime) async throws(ConsoleError) -> [Finding] {
        let files = try DirectoryExamination(self, now: now)
        guard !noDial else { return files.findings }
        let given = try NodeInputs.addresses(bootstrap, option: "--bootstrap")
        guard !files.findings.contains(where: { $0.state == .problem }) else {
            return files.findings + (await probe(given + files.bootstraps))
        }
        let report: JoiningReport
        do throws(ConsoleError) {
            report = try await Trial(try runCommand()).report()
        } catch {
            let subject: Finding.Subject = error.exit == .configuration ? .configuration : .node
            return files.findings + [.problem(subject, error.message)]
        }
        return files.findings + JoiningExamination(report, isRunning: false, now: now).findings
    }

    /// The command with which the node would be started.
    private func runCommand() throws(ConsoleError) -> RunCommand {
        var arguments = ["--listen", "none", "--config", config]
        for (name, value) in [
            ("--data-dir", node.directory.dataDir), ("--token-path", tokenPath), ("--root-key-path", rootKeyPath),
        ] {
            if let value { arguments += [name, value] }
        }
        for address in bootstrap { arguments += ["--bootstrap", address] }
        do {
            return try RunCommand.parse(arguments)
        } catch {
            throw ConsoleError(.usage, RunCommand.message(for: error))
        }
    }

    /// Whether anybody answers at the addresses, for a node that has nothing to show yet.
    private func probe(_ addresses: [Multiaddr]) async -> [Finding] {
        var findings: [Finding] = []
        for address in addresses.prefix(DoctorSettings.mostProbes) {
            let dialer = LibP2PDialer(identity: LibP2PCommand.newIdentity(), report: { _ in })
            do throws(ConsoleError) {
                try await dialer.dial(try TCPMultiaddr(address.text), on: MultiThreadedEventLoopGroup.singleton.next())
                findings.append(.ok(.addresses, "\(address): a node answers"))
            } catch {
                findings.append(
                    .problem(.addresses, error.message, next: "check the address, the network and the firewall"))
            }
        }
        return findings
    }
}

import ArgumentParser

/// `samnode revocations export`: the statements themselves, a line each, to be handed on.
struct RevocationsExportCommand: AsyncConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print the revocations that the running node knows as add takes them.",
        discussion: "Restores an authority's lost list: samnode revocations export > mesh-revocations")

    @OptionGroup var node: NodeSocketOptions

    func execute(_ console: inout Console) async throws(ConsoleError) {
        let client = NodeClient(socketPath: try node.path(), hint: node.hint)
        let report = try await client.report(RevocationReport.self, at: "/sam/node/revocations")
        for revocation in report.revocations { console.print(TerminalText.printable(revocation.statement)) }
    }
}

import ArgumentParser

/// `samnode revocations add`: hands the running node what the authority has stated.
struct RevocationsAddCommand: AsyncConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Hand revocations to the running node, which brings them to all others.",
        discussion: """
            The file is what samnode authority revoke prints, or an authority's whole mesh-revocations; what is known already \
            does no harm. Exits with 1 when a line is refused.
            """)

    @Argument(help: "A file of revocations; - is standard input.") var file: String
    @OptionGroup var node: NodeSocketOptions
    @Flag(help: "Print the local API's JSON.") var json = false

    func execute(_ console: inout Console) async throws(ConsoleError) {
        let bytes =
            file == "-"
            ? console.readInput(RevocationText.capacity)
            : try FileText.readExisting(file, maximumBytes: RevocationText.capacity)
        let text = RevocationText(bytes)
        guard !text.lines.isEmpty || !text.damaged.isEmpty else {
            throw ConsoleError(.data, "\(file) has no revocation; make one with: samnode authority revoke")
        }
        let client = NodeClient(socketPath: try node.path(), hint: node.hint)
        let body = try await client.post("/sam/node/revocations", bytes)
        let report = try client.decode(RevocationIntakeReport.self, body)
        if json { console.print(String(decoding: body, as: UTF8.self)) } else { show(report, on: &console) }
        guard report.refused.isEmpty else {
            throw ConsoleError(
                .refused, "the node refused \(TerminalText.count(report.refused.count, "line", "lines"))")
        }
    }

    private func show(_ report: RevocationIntakeReport, on console: inout Console) {
        console.print(
            "\(TerminalText.count(report.taken, "revocation is", "revocations are")) new, \(report.known) known before")
        for refused in report.refused {
            console.note("line \(refused.line) is refused: \(TerminalText.printable(refused.reason))")
        }
    }
}

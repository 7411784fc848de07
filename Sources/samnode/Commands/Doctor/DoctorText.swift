/// Findings as a checklist.
struct DoctorText {
    let text: String

    init(_ findings: [Finding]) {
        let width = findings.map(\.subject.rawValue.count).max() ?? 0
        text = findings.flatMap { finding -> [String] in
            let name = finding.subject.rawValue
            let line =
                Self.mark(finding.state) + "  " + name + String(repeating: " ", count: width - name.count + 2)
                + TerminalText.printable(finding.message)
            guard let next = finding.next else { return [line] }
            return [line, String(repeating: " ", count: 9 + width + 2) + "next: " + TerminalText.printable(next)]
        }.joined(separator: "\n")
    }

    /// Seven characters wide.
    private static func mark(_ state: Finding.State) -> String {
        switch state {
        case .ok: "ok     "
        case .warning: "warning"
        case .problem: "PROBLEM"
        }
    }
}

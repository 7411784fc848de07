/// What the tries to reach other nodes say.
struct DialExamination {
    /// Addresses that are shown; the others are counted. A terminal's height, less the other findings.
    private static let shown = 12

    let findings: [Finding]

    init(_ report: JoiningReport) {
        guard !report.dials.isEmpty || !report.bootstraps.isEmpty else {
            findings = report.links > 0 ? [] : [Self.nothingToBeginWith]
            return
        }
        var findings = report.dials.prefix(Self.shown).map { Self.finding($0, in: report) }
        if report.dials.count > Self.shown {
            findings.append(.ok(.addresses, "\(report.dials.count - Self.shown) more were tried; see them with --json"))
        }
        let tried = Set(report.dials.map(\.address))
        for address in report.bootstraps where !tried.contains(address) {
            findings.append(.ok(.addresses, "\(address): not tried; the node did not need it"))
        }
        self.findings = findings
    }

    private static let nothingToBeginWith = Finding.problem(
        .addresses, "the node knows no address of another node to begin with",
        next: "ask a member for an invitation (samnode invite) and take it with: samnode join — or start the node with "
            + "--bootstrap")

    private static func finding(_ dial: JoiningReport.Dial, in report: JoiningReport) -> Finding {
        let tried = dial.attempts == 1 ? "" : " (\(dial.attempts) tries)"
        let (words, next) = words(dial)
        let message = "\(dial.address): \(words)\(tried)"
        if dial.isLinked { return .ok(.addresses, message) }
        switch dial.outcome {
        case .connecting, .answered, .full, .leaving: return .warning(.addresses, message, next: next)
        case .admitted: return .ok(.addresses, message)
        case .failed, .refused, .refusedHere:
            // A node that has other links does not miss this one, and contacts of others go stale by themselves.
            let isGrave = report.links == 0 && (dial.isBootstrap || dial.outcome != .failed)
            return Finding(subject: .addresses, state: isGrave ? .problem : .warning, message: message, next: next)
        }
    }

    private static func words(_ dial: JoiningReport.Dial) -> (String, next: String?) {
        let reason = TerminalText.printable(dial.reason ?? "no reason was given")
        if dial.isLinked { return ("linked", nil) }
        if let mesh = dial.otherMesh {
            return (
                "whoever answers belongs to another mesh: \(TerminalText.printable(mesh))",
                "correct the address, or join that mesh with another --data-dir"
            )
        }
        switch dial.outcome {
        case .connecting: return ("no answer yet", "wait, and ask again")
        case .answered: return ("somebody answers and has not admitted this node yet", "wait, and ask again")
        case .admitted: return ("admitted this node; the link has ended since", nil)
        case .failed: return ("cannot be reached: \(reason)", remedy(ofFailure: reason))
        case .refused: return ("refuses this node: \(reason)", remedy(ofRefusal: reason))
        case .refusedHere: return ("this node refuses it: \(reason)", remedy(ofRefusal: reason))
        case .full: return ("has no room: \(reason)", "others are tried; give more addresses with --bootstrap")
        case .leaving: return ("is going away: \(reason)", "it is tried again")
        }
    }

    private static func remedy(ofFailure reason: String) -> String {
        let remedies = [
            ("connection refused", "nobody listens there: start that node, or correct the port"),
            (
                "no answer within",
                "a firewall drops packets, or the machine is off: open its TCP port, check the address"
            ),
            ("was found", "the name has no address: correct it, or check this machine's DNS"),
            ("expected peer", "another node has that address now: ask for a new invitation"),
            ("not speak libp2p", "something else than a node listens there: correct the port"),
            ("leads back to this node", "this is the node's own address: remove it"),
            ("handshake took too long", "a firewall or proxy holds the connection: try another address"),
        ]
        return remedies.first { reason.contains($0.0) }?.1 ?? "check the address, the network and the firewall"
    }

    /// The words are those of ``Inference/AdmissionRefusal``, here or at a peer.
    private static func remedy(ofRefusal reason: String) -> String {
        let remedies = [
            ("another mesh", "the first lines of the two mesh-root.pub differ: compare the mesh ids"),
            ("expired", "get a new token; if this machine takes it to be good, one of the two clocks is wrong"),
            ("belongs to another peer", "have a token issued for the peer id of: samnode id"),
            ("no trusted root key", "compare mesh-root.pub of both nodes, and have a token issued by that mesh"),
            ("no token was shown", "the path is very slow, or the other side is no node of a mesh"),
            ("revoked", "ask whoever runs the mesh"),
        ]
        return remedies.first { reason.contains($0.0) }?.1 ?? "as it says"
    }
}

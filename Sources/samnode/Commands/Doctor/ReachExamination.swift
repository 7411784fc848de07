import Overlay

/// What the doctor makes of whether others reach the node: of their dial-backs, and of the links that they opened.
struct ReachExamination {
    private let report: JoiningReport
    private let reach: Reach
    private let ports: String

    init(_ report: JoiningReport) {
        self.report = report
        reach = report.reach.flatMap { Reach(rawValue: $0.reach) } ?? .unknown
        let numbers = report.listenAddresses.compactMap { try? Multiaddr(text: $0) }.compactMap {
            $0.tcpPort ?? $0.udpPort
        }
        ports = Set(numbers).sorted().map(String.init).joined(separator: ", ")
    }

    var finding: Finding {
        switch reach {
        case .unknown: undecided
        case .reached: .ok(.reachability, "others reach this node where it listens: \(witnesses)\(links)")
        case .linksOnly:
            .warning(
                .reachability, "others reach this node by TCP and not by UDP: \(witnesses)\(links)",
                next: "let UDP port \(ports) in")
        case .unreached: unreached
        }
    }

    private var unreached: Finding {
        if let seen, !report.listenAddresses.contains(where: { ip(of: $0) == ip(of: seen) }) {
            return .warning(
                .reachability,
                "others see this node at \(TerminalText.printable(seen)), where it does not listen: it is a client, and "
                    + "reached over relays (a translator is in the way)",
                next: "nothing, if that is meant; else run it where its own address is reached by the others")
        }
        return .warning(
            .reachability, "others do not reach this node: \(witnesses); it is a client, and reached over relays",
            next: "let TCP and UDP port \(ports) in")
    }

    private var seen: String? { report.reach?.seen }

    private func ip(of text: String) -> IPAddress? { (try? Multiaddr(text: text))?.ip }

    private var witnesses: String {
        let (reached, missed) = (report.reach?.reached ?? 0, report.reach?.missed ?? 0)
        return "\(reached) of \(reached + missed) that tried"
    }

    private var links: String {
        guard report.inboundLinks > 0 else { return "" }
        return "; " + TerminalText.count(Int(clamping: report.inboundLinks), "link", "links") + " came in"
    }

    /// Nobody has tried yet, or too few: links that came in say that somebody reached it.
    private var undecided: Finding {
        if report.inboundLinks > 0 {
            return .ok(
                .reachability, TerminalText.count(Int(clamping: report.inboundLinks), "link", "links") + " came in")
        }
        guard report.uptimeSeconds > JoiningExamination.dialedInWithin else {
            return .ok(.reachability, "nobody has dialed this node yet; it runs only since a moment")
        }
        return .warning(
            .reachability, "nobody has dialed this node yet: perhaps nobody had to, perhaps a firewall is in the way",
            next: "let TCP port \(ports) in, and try from another machine: samnode libp2p dial ADDRESS")
    }
}

import Inference
import Overlay

/// What a node's own report says about its joining.
struct JoiningExamination {
    /// A token that ends sooner than this is worth a warning: time enough to ask somebody for a new one.
    static let tokenWarning = TimeSpan.hours(2)
    /// Clocks that differ by more make signed statements untimely; half of what the catalog tolerates.
    static let skewWarning = 60.0
    /// After this long somebody could have dialed a node that others know.
    static let dialedInWithin = 120.0

    private let report: JoiningReport
    private let now: WallTime
    /// Whether the node serves, rather than only trying its addresses for the doctor.
    private let isRunning: Bool

    init(_ report: JoiningReport, isRunning: Bool, now: WallTime) {
        self.report = report
        self.isRunning = isRunning
        self.now = now
    }

    var findings: [Finding] {
        let served = isRunning ? [mesh, token, listening, reachability].compactMap { $0 } : []
        return served + DialExamination(report).findings + [clock, refusal, links].compactMap { $0 }
    }

    private var mesh: Finding { .ok(.mesh, TerminalText.printable(report.meshId)) }

    private var token: Finding {
        guard let revoked = report.revoked else { return lasting }
        return .problem(
            .token, "\(TerminalText.printable(revoked)); other nodes refuse this one",
            next: "with a new token: replace the file, restart the node")
    }

    private var lasting: Finding { Self.token(until: WallTime(milliseconds: report.tokenExpiresAt), now: now) }

    /// A token that is good, but perhaps not for long.
    static func token(until end: WallTime, now: WallTime) -> Finding {
        guard end >= now else {
            return .problem(
                .token, "expired: \(TimeText.relative(end, to: now)); other nodes refuse this one",
                next: "have a new one issued, replace the file, restart the node")
        }
        let words = "good until \(TimeText.relative(end, to: now))"
        guard end.since(now) < tokenWarning else { return .ok(.token, words) }
        return .warning(.token, words, next: "have a new one issued, replace the file, restart the node")
    }

    // MARK: Being found

    private var reaches: [AddressReach] {
        report.listenAddresses.compactMap { try? Multiaddr(text: $0) }.map(AddressReach.init)
    }

    private var listening: Finding {
        let addresses = report.listenAddresses.map(TerminalText.printable).joined(separator: ", ")
        if reaches.isEmpty {
            return .ok(.listening, "on no address: this node only dials, and others reach it over a relay")
        }
        if reaches.allSatisfy({ $0 == .loopback }) {
            return .warning(
                .listening, "on this machine only: \(addresses)",
                next: "to be found by other machines, start the node with --listen /ip4/0.0.0.0/tcp/5002")
        }
        guard reaches.contains(.everywhere) else {
            return .ok(.listening, "on addresses of the local network only: \(addresses)")
        }
        return .ok(.listening, addresses)
    }

    private var reachability: Finding? {
        guard reaches.contains(where: { $0 != .loopback }) else { return nil }
        return ReachExamination(report).finding
    }

    // MARK: Finding others

    private var clock: Finding {
        if now < Self.built {
            return .problem(
                .clock, "this machine says that it is \(CalendarTime.text(now)), before this program was made",
                next: "set the clock; NTP keeps it right")
        }
        let saysExpired = report.dials.contains { dial in
            dial.outcome == .refused && dial.reason?.contains("expired") == true
        }
        if saysExpired, report.tokenExpiresAt > now.milliseconds {
            return .problem(
                .clock,
                "another node takes this node's token to be over, and here it is good: one of the two clocks is wrong",
                next: "compare the clocks; here it is \(CalendarTime.text(now))")
        }
        if let lead = report.neighboursAheadSeconds, abs(lead) > Self.skewWarning {
            let span = TerminalText.duration(seconds: abs(lead))
            return .problem(
                .clock, "the clocks of most neighbours are \(span) \(lead > 0 ? "ahead of" : "behind") this one",
                next: "set the clock; NTP keeps it right. Here it is \(CalendarTime.text(now))")
        }
        guard let ahead = report.othersAheadSeconds else {
            return .ok(.clock, "it is \(CalendarTime.text(now)); nothing of other nodes to compare it with yet")
        }
        if ahead > Self.skewWarning {
            return .warning(
                .clock, "statements of other nodes are \(TerminalText.duration(seconds: ahead)) ahead of this clock",
                next: "compare the clocks; here it is \(CalendarTime.text(now))")
        }
        if report.untimelyEntries > 0 {
            return .warning(
                .clock, "\(report.untimelyEntries) entries of others came too early or too late by this clock",
                next: "compare the clocks; here it is \(CalendarTime.text(now))")
        }
        return .ok(.clock, "no statement of another node is from the future")
    }

    /// The beginning of the year in which this program was written.
    private static let built = WallTime(seconds: 1_767_225_600)

    private var refusal: Finding? {
        if let refused = report.refused {
            return .warning(
                .links,
                "\(TerminalText.printable(refused.words)) (\(TerminalText.duration(seconds: refused.ageSeconds)) ago)",
                next: "as it says")
        }
        guard let here = report.refusedHere else { return nil }
        let age = TerminalText.duration(seconds: here.ageSeconds)
        return .ok(.links, "this node refused another \(age) ago: \(TerminalText.printable(here.words))")
    }

    private var links: Finding {
        if report.links > 0 { return .ok(.links, TerminalText.count(report.links, "link", "links")) }
        guard isRunning, report.inboundLinks > 0 || report.bootstraps.isEmpty && !reaches.isEmpty else {
            return .problem(.links, "no link to any node of the mesh", next: "see the addresses above")
        }
        return .warning(.links, "no link to any node of the mesh now", next: "it may be the first node: invite others")
    }
}

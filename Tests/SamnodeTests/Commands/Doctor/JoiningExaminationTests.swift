import Foundation
import Overlay
import Testing

@testable import samnode

/// What the doctor makes of a node's report.
struct JoiningExaminationTests {
    private static let now = WallTime(seconds: 1_800_000_000)
    private static let peer = TestMesh.peer(1).text
    private static let public4 = "/ip4/192.0.2.1/tcp/5002/p2p/\(peer)"

    private func findings(
        isRunning: Bool = true, at now: WallTime = now, _ change: (inout JoiningReport) -> Void = { _ in }
    ) -> [Finding] {
        var report = JoiningReport(
            peer: TestMesh.peer(0).text, meshId: "ab", rootKeys: [], dataDirectory: "/nowhere",
            tokenExpiresAt: (Self.now + .hours(24)).milliseconds, listenAddresses: [Self.public4], bootstraps: [],
            uptimeSeconds: 3_600, links: 1)
        report.inboundLinks = 1
        report.othersAheadSeconds = 0
        change(&report)
        return JoiningExamination(report, isRunning: isRunning, now: now).findings
    }

    private func finding(_ subject: Finding.Subject, in findings: [Finding]) throws -> Finding {
        try #require(findings.first { $0.subject == subject && $0.state == findings.worst(of: subject) })
    }

    private func dial(
        _ outcome: JoiningReport.Dial.Outcome, _ reason: String? = nil, isBootstrap: Bool = true,
        otherMesh: String? = nil
    ) -> JoiningReport.Dial {
        JoiningReport.Dial(
            address: Self.public4, isBootstrap: isBootstrap, attempts: 2, ageSeconds: 1, isLinked: false,
            otherMesh: otherMesh, outcome: outcome, reason: reason)
    }

    @Test func aHealthyNodeHasNothingToDo() {
        let all = findings()
        #expect(all.allSatisfy { $0.state == .ok && $0.next == nil }, "\(all)")
        #expect(Set(all.map(\.subject)).isSuperset(of: [.mesh, .token, .listening, .reachability, .clock, .links]))
    }

    @Test func aRevokedNodeIsTold() throws {
        let finding = try finding(.token, in: findings { $0.revoked = "the token was revoked" })
        #expect(finding.state == .problem && finding.message.contains("the token was revoked"))
        #expect(finding.next?.contains("new token") == true)
    }

    @Test(arguments: [
        ("connection refused", "nobody listens"), ("no answer within 5 seconds", "firewall"),
        ("no address of x was found", "DNS"), ("expected peer a but reached b", "new invitation"),
        ("something else", "check the address"),
    ])
    func aFailedDialHasARemedy(reason: String, remedy: String) throws {
        let finding = try finding(
            .addresses,
            in: findings {
                $0.links = 0
                $0.dials = [dial(.failed, reason)]
            })
        #expect(finding.state == .problem)
        #expect(finding.message.contains(reason) && finding.message.contains("(2 tries)"))
        #expect(finding.next?.contains(remedy) == true, "\(finding)")
    }

    @Test func aFailedDialOfANodeWithLinksIsAWarning() throws {
        let finding = try finding(.addresses, in: findings { $0.dials = [dial(.failed, "connection refused")] })
        #expect(finding.state == .warning)
    }

    @Test func aContactThatHasGoneIsAWarning() throws {
        let all = findings {
            $0.links = 0
            $0.dials = [dial(.failed, "connection refused", isBootstrap: false)]
        }
        #expect(all.worst(of: .addresses) == .warning)
        #expect(all.worst(of: .links) != .ok)
    }

    @Test func anotherMeshIsNamed() throws {
        let finding = try finding(
            .addresses,
            in: findings {
                $0.links = 0
                $0.dials = [dial(.refused, "it belongs to another mesh", otherMesh: "cd")]
            })
        #expect(finding.state == .problem && finding.message.contains("another mesh: cd"))
        #expect(finding.next?.contains("--data-dir") == true)
    }

    @Test(arguments: [
        ("no trusted root key signed the token", "mesh-root.pub"), ("the token belongs to another peer", "samnode id"),
        ("something else", "as it says"),
    ])
    func aRefusalHasARemedy(reason: String, remedy: String) throws {
        for outcome in [JoiningReport.Dial.Outcome.refused, .refusedHere] {
            let finding = try finding(
                .addresses,
                in: findings {
                    $0.links = 0
                    $0.dials = [dial(outcome, reason)]
                })
            #expect(finding.state == .problem && finding.next?.contains(remedy) == true)
        }
    }

    @Test func clocksThatDisagreeAboutATokenAreAProblem() throws {
        let all = findings { $0.dials = [dial(.refused, "the token expired at 2026")] }
        #expect(all.worst(of: .clock) == .problem)
    }

    @Test func statementsFromTheFutureAreAWarning() throws {
        #expect(findings { $0.othersAheadSeconds = 59 }.worst(of: .clock) == .ok)
        let finding = try finding(.clock, in: findings { $0.othersAheadSeconds = 90 })
        #expect(finding.state == .warning && finding.message.contains("1 min 30 s"))
        #expect(findings { $0.untimelyEntries = 1 }.worst(of: .clock) == .warning)
        let wrong = try self.finding(.clock, in: findings { $0.neighboursAheadSeconds = -86_400 })
        #expect(wrong.state == .problem && wrong.message.contains("behind this one"))
        #expect(findings { $0.neighboursAheadSeconds = 59 }.worst(of: .clock) == .ok)
        #expect(findings { $0.othersAheadSeconds = nil }.worst(of: .clock) == .ok)
        #expect(findings(at: WallTime(seconds: 1)).worst(of: .clock) == .problem)
    }

    @Test func aTokenIsJudgedByItsEnd() {
        #expect(findings { $0.tokenExpiresAt = (Self.now + .minutes(90)).milliseconds }.worst(of: .token) == .warning)
        #expect(findings { $0.tokenExpiresAt = (Self.now - .minutes(1)).milliseconds }.worst(of: .token) == .problem)
    }

    @Test func listeningIsJudgedByReach() throws {
        let loopback = try finding(.listening, in: findings { $0.listenAddresses = ["/ip4/127.0.0.1/tcp/1"] })
        #expect(loopback.state == .warning && loopback.next?.contains("--listen") == true)
        let none = try finding(.listening, in: findings { $0.listenAddresses = [] })
        #expect(none.state == .ok && none.message.contains("relay"))
        let local = try finding(.listening, in: findings { $0.listenAddresses = ["/ip4/192.168.1.1/tcp/1"] })
        #expect(local.state == .ok && local.message.contains("local network"))
    }

    @Test func aNodeThatNobodyDialedIsWarnedAfterAWhile() throws {
        let finding = try finding(.reachability, in: findings { $0.inboundLinks = 0 })
        #expect(finding.state == .warning && finding.next?.contains("5002") == true)
        let young = findings {
            $0.inboundLinks = 0
            $0.uptimeSeconds = 5
        }
        #expect(young.worst(of: .reachability) == .ok)
        #expect(findings { $0.listenAddresses = [] }.allSatisfy { $0.subject != .reachability })
    }

    private func reach(_ reach: String, _ reached: Int, _ missed: Int, seen: String? = nil) throws -> Finding {
        try finding(
            .reachability,
            in: findings {
                $0.reach = ReachReport(role: "client", reach: reach, reached: reached, missed: missed, seen: seen)
            })
    }

    @Test func dialBacksSayWhetherOthersReachTheNode() throws {
        let reached = try reach("reached", 4, 1)
        #expect(
            reached.state == .ok && reached.message.contains("4 of 5") && reached.message.contains("1 link came in"))
        let links = try reach("links_only", 0, 4)
        #expect(links.state == .warning && links.message.contains("not by UDP"))
        #expect(links.next == "let UDP port 5002 in")
        let none = try reach("unreached", 0, 4, seen: "/ip4/192.0.2.1/udp/5002")
        #expect(none.state == .warning && none.message.contains("0 of 4") && none.message.contains("client"))
        #expect(none.next == "let TCP and UDP port 5002 in")
        let translated = try reach("unreached", 0, 4, seen: "/ip4/203.0.113.9/udp/31000")
        #expect(translated.state == .warning && translated.message.contains("/ip4/203.0.113.9/udp/31000"))
        // As long as nobody has tried, links that came in are what there is.
        #expect(try reach("unknown", 0, 0).message == "1 link came in")
    }

    @Test func aNodeThatKnowsNobodyIsToldToAsk() throws {
        let finding = try finding(
            .addresses,
            in: findings {
                $0.links = 0
                $0.listenAddresses = []
            })
        #expect(finding.state == .problem && finding.next?.contains("samnode join") == true)
    }

    @Test func addressesThatWereNotNeededAreListed() throws {
        let finding = try finding(.addresses, in: findings { $0.bootstraps = [Self.public4] })
        #expect(finding.state == .ok && finding.message.contains("not tried"))
    }

    @Test func manyAddressesAreCounted() {
        let all = findings { $0.dials = Array(repeating: dial(.admitted), count: 40) }
        #expect(all.count { $0.subject == .addresses } == 13)
        #expect(all.contains { $0.message.hasPrefix("28 more") })
    }

    @Test func wordsOfOthersAreHarmless() {
        let text = DoctorText(findings { $0.dials = [dial(.refused, "x\u{1B}[2J\ny")] }).text
        #expect(!text.unicodeScalars.contains { $0.value == 0x1b })
        #expect(text.split(separator: "\n").allSatisfy { !$0.hasPrefix("y") })
    }

    @Test func theChecklistIsAligned() {
        let lines = DoctorText([.ok(.node, "runs"), .problem(.dataDirectory, "gone", next: "make it")]).text
            .split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "ok       node            runs", "PROBLEM  data directory  gone",
                "                         next: make it",
            ])
    }
}

extension [Finding] {
    fileprivate func worst(of subject: Finding.Subject) -> Finding.State? {
        filter { $0.subject == subject }.map(\.state).max()
    }
}

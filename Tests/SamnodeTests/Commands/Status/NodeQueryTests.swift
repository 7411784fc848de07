import ArgumentParser
import Foundation
import Overlay
import Testing

@testable import samnode

/// What the commands print of an answer.
struct NodeQueryTests {
    private static let peers = (1...3).map { TestMesh.peer(UInt8($0)).text }

    private func show<Query: NodeQuery>(
        _ type: Query.Type, _ report: Query.Report, _ arguments: String...
    ) throws -> String {
        let query = try #require(try type.parse(arguments) as Query?)
        var console = Console(now: WallTime(seconds: 1_000)) { _ in [] }
        try query.show(report, on: &console)
        #expect(console.notes.isEmpty)
        return console.result
    }

    private func status(_ change: (inout StatusReport) -> Void = { _ in }) -> StatusReport {
        var report = StatusReport(
            peer: Self.peers[0], isReady: true, reason: nil, listenAddresses: ["/ip4/192.0.2.1/tcp/5002"],
            uptimeSeconds: 3_725, links: 2, contacts: 1, catalogEntries: 4, requestsServed: 5,
            counters: [StatusReport.Counter(name: "dials", value: 6)], estimatedNodes: 120, neighbours: 8)
        change(&report)
        return report
    }

    @Test func statusNamesThePeerWhole() throws {
        let text = try show(StatusCommand.self, status())
        for part in [
            Self.peers[0], "ready", "/ip4/192.0.2.1/tcp/5002", "1 h 2 min", "1 peer in", "about 120 nodes",
            "with 8 neighbours", "4 entries",
            "5 req",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(!text.contains("dials"))
        #expect(try show(StatusCommand.self, status(), "--wide").contains("dials        6"))
    }

    @Test func statusSaysWhatIsMissing() throws {
        let text = try show(
            StatusCommand.self,
            status {
                $0.isReady = false
                $0.reason = "no link\u{1B} yet"
                $0.listenAddresses = []
                $0.links = 0
            })
        #expect(text.contains("not ready: no link\\u{1b} yet"))
        #expect(text.contains("on no address"))
        #expect(text.contains("none yet"))
    }

    @Test(arguments: [
        ("server", "reached", 4, 0, "server: reached by 4 of 4 that tried"),
        ("server", "links_only", 0, 4, "server: reached by TCP only"),
        ("client", "unreached", 1, 5, "client: not reached by 5 of 6 that tried"),
        ("server", "unknown", 1, 0, "server; whether others reach it is not known yet"),
    ])
    func statusSaysTheRole(role: String, reach: String, reached: Int, missed: Int, words: String) throws {
        let text = try show(
            StatusCommand.self,
            status { $0.reach = ReachReport(role: role, reach: reach, reached: reached, missed: missed) })
        #expect(text.contains(words))
        #expect(try !show(StatusCommand.self, status()).contains("role"))
    }

    private func link(_ peer: String, user: String? = nil, isAdmitted: Bool = true) -> PeerReport {
        PeerReport(
            peer: peer, direction: "outbound", address: "/ip4/127.0.0.1/tcp/1", transport: "tcp",
            ageSeconds: 61, roundTripMilliseconds: nil, isAdmitted: isAdmitted, user: user,
            roles: isAdmitted ? ["sam:role:router", "ops"] : [], streams: 7, bytesReceived: 2_048, bytesSent: 3,
            dht: isAdmitted ? "server" : nil)
    }

    @Test func peersAreATable() throws {
        let text = try show(
            PeersCommand.self, [link(Self.peers[0], user: "alice"), link(Self.peers[1], isAdmitted: false)])
        let lines = text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("PEER"))
        #expect(lines[1].contains("alice") && lines[1].contains("1 min 1 s") && lines[1].contains("2.0 KiB"))
        #expect(lines[2].contains("not admitted yet"))
        #expect(lines[1].contains("  router, ops  server  outbound   tcp  "), "\(lines[1])")
        #expect(lines[2].contains("  -  "))
        #expect(!text.contains(Self.peers[0]))
        #expect(try show(PeersCommand.self, [link(Self.peers[0])], "--wide").contains(Self.peers[0]))
    }

    @Test func wideRolesAreWhole() throws {
        let text = try show(PeersCommand.self, [link(Self.peers[0], user: "alice")], "--wide")
        #expect(text.contains("sam:role:router, ops"))
    }

    @Test(arguments: [
        ("/ip4/127.0.0.1/tcp/1", "tcp"),
        ("/ip6/::1/udp/1/quic-v1/p2p/12D3KooWAqL5p8oMotuJUfrRdkAawb2bgYzdr4dstkR5ZhtG2hJ8", "quic-v1"),
        ("/ip4/10.0.0.1/udp/7", "udp"), ("unknown", nil),
    ])
    func theTransportIsReadFromTheAddress(address: String, transport: String?) {
        #expect(NodeMesh.transport(of: address) == transport)
    }

    @Test func noLinksHaveAnExplanation() throws {
        #expect(try show(PeersCommand.self, []).hasPrefix("no links yet: "))
    }

    private func entry(_ peer: String, isLocal: Bool = false, _ services: [CatalogReport.Service]) -> CatalogReport {
        CatalogReport(
            peer: peer, isLocal: isLocal, sequence: 1, issuedAt: 0, expiresAt: 1_090_000, services: services)
    }

    private func service(_ name: String, models: [String] = [], labels: [String] = []) -> CatalogReport.Service {
        CatalogReport.Service(type: "inference", name: name, description: "words", models: models, labels: labels)
    }

    @Test func theCatalogHasARowForEachServiceInOrder() throws {
        let text = try show(
            CatalogCommand.self,
            [
                entry(Self.peers[0], [service("z"), service("b", models: ["m1", "m2", "m3", "m4"], labels: ["k=v"])]),
                entry(Self.peers[1], isLocal: true, [service("a")]),
            ])
        let lines = text.split(separator: "\n")
        #expect(lines.dropFirst().map { $0.prefix(11) } == ["inference:a", "inference:b", "inference:z"])
        #expect(lines[1].contains("(this node)"))
        #expect(lines[2].contains("m1, m2, m3 +1") && lines[2].contains("k=v") && lines[2].contains("1 min 30 s"))
    }

    @Test func aWideCatalogIsWhole() throws {
        let text = try show(
            CatalogCommand.self, [entry(Self.peers[0], [service("b", models: ["m1", "m2", "m3", "m4"])])], "--wide")
        #expect(text.contains("m1, m2, m3, m4") && text.contains(Self.peers[0]))
    }

    @Test func anEmptyCatalogHasAnExplanation() throws {
        #expect(try show(CatalogCommand.self, []).hasPrefix("no services yet: "))
        #expect(try show(CatalogCommand.self, [entry(Self.peers[0], [])]).hasPrefix("no services yet: "))
    }

    @Test func theRouteIsNumbered() throws {
        let candidates = Self.peers.map {
            RouteReport.Candidate(peer: $0, service: "inference:demo", isLocal: false, plan: "dial \($0)")
        }
        let lines = try show(RouteCommand.self, RouteReport(model: "m", candidates: candidates), "m")
            .split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[3].hasPrefix("3  inference:demo"))
        #expect(!lines[3].contains(Self.peers[2]), "ids are short")
    }

    @Test func nobodyForAModelIsANo() throws {
        let command = try #require(try RouteCommand.parseAsRoot(["a/b"]) as? RouteCommand)
        #expect(throws: ConsoleError.self) { try command.check(RouteReport(model: "a/b", candidates: [])) }
    }

    @Test(arguments: [
        ("no_peer", "has no peer to ask"), ("busy", "too many searches"), ("complete", "2 nodes were asked"),
    ])
    func aSearchInVainSaysWhy(end: String, words: String) throws {
        let command = try #require(try FindCommand.parseAsRoot(["inference:demo"]) as? FindCommand)
        let report = FindReport(
            topic: "inference:demo", end: end, milliseconds: 5_000, asked: 3, answered: 2, entries: [], steps: [])
        let error = #expect(throws: ConsoleError.self) { try command.check(report) }
        #expect("\(try #require(error))".contains(words))
    }

    @Test(arguments: [("a/b", "a%2Fb"), ("a+b &c=d", "a%2Bb%20%26c%3Dd"), ("é", "%C3%A9")])
    func aModelsIdIsEscaped(model: String, escaped: String) throws {
        let command = try #require(try RouteCommand.parseAsRoot([model]) as? RouteCommand)
        #expect(command.target == "/sam/node/route?model=\(escaped)")
    }

    @Test(arguments: [[], [""], ["m", "--no-such-option"]])
    func wrongArgumentsAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try RouteCommand.parse(arguments) }
    }
}

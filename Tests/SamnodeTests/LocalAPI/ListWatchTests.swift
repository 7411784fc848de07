import Foundation
import Gossip
import NIOCore
import Overlay
import Testing

@testable import samnode

/// Lists of the catalog that a client follows.
@Suite struct ListWatchTests {
    private static func service(_ byte: UInt8, _ name: String, summary: String = "about") throws -> AnnouncedService {
        AnnouncedService(
            host: TestMesh.peer(byte), isLocal: false, name: try #require(ServiceName(name)), summary: summary,
            models: [],
            announcedAt: WallTime(seconds: 1))
    }

    private static func entry(_ byte: UInt8, sequence: UInt64 = 1, models: [String] = ["m"]) -> CatalogReport {
        CatalogReport(
            peer: TestMesh.peer(byte).text, isLocal: false, sequence: sequence, issuedAt: sequence, expiresAt: 9,
            services: [.init(type: "inference", name: "a", description: "", models: models, labels: [])])
    }

    private static func get(_ path: String) -> String {
        "GET \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(APIHarness.token)\r\n\r\n"
    }

    @Test func aClientSeesWhatIsThereAndThenEveryChange() async throws {
        let mesh = TestMesh(services: [try Self.service(1, "inference:a"), try Self.service(2, "mcp:other")])
        mesh.change { $0.isWatched = true }
        try await APIHarness.run(mesh) { api in
            try await RawConnection.connect(port: api.port) { connection in
                try await connection.write(Self.get("/sam/service/discover?type=inference&stream=true"))
                let head = try await connection.read(until: "event: done\ndata: {}\n\n")
                #expect(head.contains("text/event-stream") && head.contains("no-cache"))
                #expect(head.contains("data: {\"local_proxy_url\"") && head.contains("\"srv_name\":\"a\""))
                #expect(!head.contains("other") && !head.contains("event: added"))
                let services = [
                    try Self.service(1, "inference:a", summary: "new words"), try Self.service(3, "inference:b"),
                ]
                mesh.change { $0.services = services }
                mesh.announce(.updated(TestMesh.peer(1)))
                let changed = try await connection.read(until: "event: added\n")
                #expect(changed.contains("event: changed\ndata: {") && changed.contains("new words"))
                #expect(try await connection.read(until: "\n\n").contains("\"srv_name\":\"b\""))
                mesh.change { $0.services = [services[1]] }
                mesh.announce(.removed(TestMesh.peer(1)))
                let removed = try await connection.read(until: "\n\n")
                #expect(removed.contains("event: removed\ndata: {") && removed.contains("\"srv_name\":\"a\""))
                // The node ends, and with it the list.
                mesh.endWatching()
                _ = try await connection.read(until: "0\r\n\r\n")
            }
        }
    }

    @Test func somethingIsSaidWhenNothingChangesAndTheTimeIsKept() async throws {
        let mesh = TestMesh(services: [])
        mesh.change { $0.isWatched = true }
        var settings = LocalAPISettings()
        settings.watchKeepAlive = .milliseconds(50)
        try await APIHarness.run(mesh, settings: settings) { api in
            let events = try await api.request("GET", "/sam/service/discover?type=mcp&stream=true&timeout=400ms")
            #expect(events.status == 200)
            #expect(events.text.hasPrefix("event: done\ndata: {}\n\n: nothing new\n\n: nothing new\n\n"))
            let none = try await api.request("GET", "/sam/service/discover?type=mcp&stream=true&timeout=0")
            #expect(none.text == "event: done\ndata: {}\n\n")
        }
    }

    @Test func aClientThatDoesNotReadHoldsNothingUp() async throws {
        let mesh = TestMesh()
        mesh.change {
            $0.isWatched = true
            $0.catalog = [Self.entry(1)]
        }
        try await APIHarness.run(mesh) { api in
            try await RawConnection.connect(port: api.port) { connection in
                try await connection.write(Self.get("/sam/node/catalog?stream=true"))
                #expect(try await connection.read(until: "event: done\n").contains("event: added\ndata: {"))
                // Far more than sockets hold, and nobody reads.
                let models = (0..<2_000).map { "model-with-a-long-name-\($0)" }
                for round in 2...400 as ClosedRange<UInt64> {
                    mesh.change { $0.catalog = [Self.entry(1, sequence: round, models: models + ["round-\(round)"])] }
                    mesh.announce(.updated(TestMesh.peer(1)))
                    if round.isMultiple(of: 10) { try await connection.settle() }
                }
                let text = try await connection.read(until: "\"round-400\"")
                #expect(text.contains("event: skipped\ndata: {\"changes\":"))
                #expect(text.components(separatedBy: "event: changed\n").count < 400)
            }
        }
    }

    @Test func aHostThatSaysTheSameAgainIsNoChange() {
        let isSame = { (old: CatalogReport, new: CatalogReport) in old.services == new.services }
        let (old, new) = (
            [Self.entry(1), Self.entry(2), Self.entry(3)],
            [Self.entry(4), Self.entry(1, sequence: 2), Self.entry(3, models: ["n"])]
        )
        let changes = ListChange.changes(from: old, to: new, key: { $0.peer }, isSame: isSame)
        #expect(changes.map(\.name) == ["removed", "added", "changed"])
        #expect(changes.map(\.item) == [old[1], new[0], new[2]])
        #expect(ListChange.changes(from: new, to: new, key: { $0.peer }, isSame: isSame).isEmpty)
    }

    // MARK: The command's side

    @Test(arguments: [1, 2, 3, 7, 1_000]) func eventsAreReadHoweverTheyAreCut(size: Int) throws {
        let text =
            "data: plain\n\n: a comment\n\nevent: added\r\ndata: {\"a\":1}\r\n\r\nevent: two\ndata: x\ndata:y\nid: 3\n\nevent: e\n\n"
        var reader = EventReader(capacity: 100)
        var events: [EventReader.Event] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += try reader.receive(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(events.map(\.name) == ["message", "added", "two"])
        #expect(events.map(\.data) == ["plain", "{\"a\":1}", "x\ny"])
    }

    @Test func anEventWithoutAnEndIsRefused() {
        var reader = EventReader(capacity: 100)
        #expect(throws: ConsoleError.self) { try reader.receive([UInt8](repeating: 65, count: 101)) }
        var lines = EventReader(capacity: 100)
        #expect(throws: ConsoleError.self) { try lines.receive(Array(String(repeating: "data: x\n", count: 50).utf8)) }
    }

    @Test func changesAreShownALineForEachService() {
        var entry = Self.entry(1, models: ["m\u{1B}", "n"])
        let host = TerminalText.peer(entry.peer, isWide: false)
        #expect(CatalogWatch.lines("added", entry, isWide: false) == ["+ inference:a  \(host)  m\\u{1b}, n"])
        entry.isLocal = true
        #expect(
            CatalogWatch.lines("changed", entry, isWide: true) == [
                "~ inference:a  \(entry.peer) (this node)  m\\u{1b}, n"
            ])
        #expect(CatalogWatch.lines("removed", entry, isWide: false).first?.hasPrefix("- ") == true)
    }
}

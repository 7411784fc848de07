import Overlay
import Testing

@testable import Gossip

@Suite struct NameTests {
    @Test(arguments: ["inference:openrouter", "inference://openrouter", "SERVICE_TYPE_INFERENCE:openrouter"])
    func serviceNameReadsBothForms(text: String) throws {
        let name = try #require(ServiceName(text))
        #expect(name.type == .inference)
        #expect(name.name == "openrouter")
        #expect(name.description == "inference:openrouter")
    }

    @Test(arguments: [
        "", "openrouter", "inference:", "inference:///x", "llm:x", "inference:a..b", "inference:.a", "inference:a.",
        "inference:a b", "inference:ä", "inference:a/b", "INFERENCE:x",
        "inference:" + String(repeating: "a", count: 64),
        "inference:" + Array(repeating: String(repeating: "a", count: 63), count: 4).joined(separator: "."),
    ])
    func serviceNameRefuses(text: String) {
        #expect(ServiceName(text) == nil)
    }

    @Test func serviceNameTakesTheLongest() {
        let segment = String(repeating: "a", count: 63)
        let longest = [segment, segment, segment, String(segment.dropLast(2))].joined(separator: ".")
        #expect(longest.utf8.count == ServiceName.maximumLength)
        #expect(ServiceName(type: .mcp, name: longest) != nil)
    }

    @Test func serviceTypesHaveTheNumbersOfSAM() {
        #expect(ServiceType.allCases.map(\.rawValue) == [1, 2, 3])
        #expect(ServiceType.allCases.map(\.text) == ["mcp", "inference", "a2a"])
        #expect(ServiceType(text: "SERVICE_TYPE_A2A") == .a2a)
        #expect(ServiceType(text: "SERVICE_TYPE_") == nil)
    }

    @Test(arguments: ["region=us-east-1", "a.b_c-9=x", "k=ü", "k=a b"])
    func labelReads(text: String) throws {
        #expect(try #require(Label(text)).description == text)
    }

    @Test(arguments: [
        "", "=", "k", "k=", "=v", "k=a=b", "k=a,b", "k=a\nb", "k=a\tb", "k=\u{1B}[2J", "a b=c", "ä=c",
        String(repeating: "k", count: 64) + "=v", "k=" + String(repeating: "v", count: 256),
    ])
    func labelRefuses(text: String) {
        #expect(Label(text) == nil)
    }

    @Test func labelSetSortsAndRefusesRepetition() throws {
        let set = try #require(LabelSet(parsing: "b=2,a=1"))
        #expect(set.description == "a=1,b=2")
        #expect(set["b"] == "2")
        #expect(set["c"] == nil)
        #expect(set.contains(try #require(Label("a=1"))))
        #expect(LabelSet(parsing: "") == .empty)
        for text in ["a=1,a=2", "a=1,,b=2", ",", "a=1,"] { #expect(LabelSet(parsing: text) == nil) }
        let many = try (0...LabelSet.capacity).map { try #require(Label("k\($0)=v")) }
        #expect(LabelSet(many) == nil)
        #expect(LabelSet(Array(many.dropLast())) != nil)
    }

    @Test func offerSortsModelsAndRemovesRepetition() throws {
        #expect(try offer(models: ["b", "a", "b"]).models == ["a", "b"])
    }

    @Test func offerRefusesWhatIsOutOfBounds() throws {
        let name = try name("mcp:x")
        let longName = String(repeating: "m", count: ServiceOffer.maximumModelLength + 1)
        let tooMany = (0...ServiceOffer.modelCapacity).map(String.init)
        #expect(throws: InvalidOffer.model("")) { try ServiceOffer(name: name, models: [""]) }
        #expect(throws: InvalidOffer.model("a\u{7}")) { try ServiceOffer(name: name, models: ["a\u{7}"]) }
        #expect(throws: InvalidOffer.model(longName)) { try ServiceOffer(name: name, models: [longName]) }
        #expect(throws: InvalidOffer.modelCount(tooMany.count)) { try ServiceOffer(name: name, models: tooMany) }
        #expect(throws: InvalidOffer.summary) { try ServiceOffer(name: name, summary: "\u{1B}[31m") }
        #expect(throws: InvalidOffer.summary) {
            try ServiceOffer(name: name, summary: String(repeating: "x", count: ServiceOffer.maximumSummaryLength + 1))
        }
    }

    @Test func contentsRefuseWhatIsOutOfBounds() throws {
        let service = try offer()
        let relays = (0..<4).map { identity($0).peerID }
        #expect(throws: InvalidContents.serviceCount(0)) { try EntryContents(services: []) }
        #expect(throws: InvalidContents.serviceOrder) { try EntryContents(services: [service, service]) }
        #expect(throws: InvalidContents.relayCount(4)) { try EntryContents(services: [service], relays: relays) }
        #expect(throws: InvalidContents.relayTwice) {
            try EntryContents(services: [service], relays: [relays[0], relays[0]])
        }
        let many = try (0...EntryContents.serviceCapacity).map { try offer("mcp:s\($0)") }
        #expect(throws: InvalidContents.serviceCount(many.count)) { try EntryContents(services: many) }
    }
}

import Testing

@testable import Overlay

@Suite struct TopicTests {
    /// As docs/protocol.md shows it.
    @Test func hasTheDocumentedKey() {
        let key = Topic.service("inference:openrouter").key
        #expect("\(key)" == "1bc9ea1914061a58828e73a7a816d0cd3c7de6bbd0198abf2c519646224b7943")
    }

    @Test func servicesAndModelsOfOneNameAreApart() {
        #expect(Topic.service("a").key != Topic.model("a").key)
        #expect(Topic.model("a").key != Topic.model("b").key)
    }
}

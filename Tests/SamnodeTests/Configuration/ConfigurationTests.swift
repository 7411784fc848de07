import Foundation
import Gossip
import Testing
import YAML

@testable import samnode

@Suite struct ConfigurationTests {
    @Test func everyFieldIsDecoded() throws {
        let configuration = try decode(
            """
            version: "v1alpha1"
            labels: {region: us-east-1, gpu: 8}
            egress:
              require_labels: {jurisdiction: eu}
            libp2p: true
            services:
              - type: inference
                name: openrouter
                description: "OpenRouter Proxy"
                target_url: "http://localhost:4000/"
              - type: mcp
                name: local-shell.tools
                command: ["npx", "-y", server]
                env: {Z: 1, DEBUG: true}
              - {type: a2a, name: agent, target_url: "https://[::1]/base"}
            """)
        #expect(configuration.labels.description == "gpu=8,region=us-east-1")
        #expect(configuration.egress.requiredLabels.description == "jurisdiction=eu")
        #expect(
            configuration.services.map(\.name.description) == [
                "inference:openrouter", "mcp:local-shell.tools", "a2a:agent",
            ])
        #expect(configuration.services.map(\.description) == ["OpenRouter Proxy", "", ""])
        #expect(configuration.services[0].backend == .url(try BackendURL(text: "http://localhost:4000")))
        let environment = [("DEBUG", "true"), ("Z", "1")].map { BackendCommand.Variable(name: $0, value: $1) }
        #expect(
            configuration.services[1].backend
                == .command(BackendCommand(arguments: ["npx", "-y", "server"], environment: environment)))
        #expect(configuration.attenuation.isEmpty && configuration.libp2p)
        #expect(try !decode("libp2p: false").libp2p && !decode("").libp2p)
    }

    @Test(arguments: [1_000, 20_000, 100_000]) func theCatalogHasASize(_ entries: Int) throws {
        #expect(try decode("catalog: {entries: \(entries)}").catalogEntries == entries)
        #expect(try decode("catalog: {}").catalogEntries == nil)
        #expect(try decode("catalog:").catalogEntries == nil)
    }

    @Test func aURLIsTakenApart() throws {
        let url = try BackendURL(text: "https://[::1]:8443/base/")
        #expect(url.scheme == .https)
        #expect(url.host == "::1")
        #expect(url.port == 8443)
        #expect(url.basePath == "/base")
        #expect(url.text == "https://[::1]:8443/base")
        #expect(try BackendURL(text: "HTTP://localhost").port == 80)
        #expect(try BackendURL(text: "https://a").port == 443)
        #expect(try BackendURL(text: "http://a").basePath.isEmpty)
    }

    @Test(arguments: ["", "# nothing\n", "{}", "---\n", "services:\nlabels: ~\negress: null\nattenuation:\n"])
    func nothingIsAnEmptyConfiguration(_ text: String) throws {
        #expect(try decode(text) == NodeConfiguration())
    }

    @Test func listsWhoseLinesAreCommentedOutAreEmpty() throws {
        #expect(try decode("attenuation:\n  rules:\n    # - 'a() <- b()'\n").attenuation.isEmpty)
    }

    @Test func windowsLineEndsAndAByteOrderMarkAreTaken() throws {
        let configuration = try decode("\u{feff}version: v1alpha1\r\nlabels:\r\n  a: b\r\n")
        #expect(configuration.labels.description == "a=b")
    }

    @Test func aMissingFileIsEmptyAndSaid() throws {
        let loaded = try ConfigurationFile.load(path: "/nonexistent/sam-node.yaml")
        #expect(loaded.configuration == NodeConfiguration())
        #expect(loaded.isMissing)
        #expect(loaded.notice?.contains("/nonexistent/sam-node.yaml") == true)
    }

    @Test func aFileIsReadFromDisk() throws {
        try TemporaryFolder.with { folder in
            try folder.write("labels: {a: b}", to: "sam-node.yaml")
            let loaded = try ConfigurationFile.load(path: folder.path("sam-node.yaml"))
            #expect(!loaded.isMissing)
            #expect(loaded.notice == nil)
            #expect(loaded.configuration.labels["a"] == "b")
        }
    }

    @Test func aDirectoryIsNoConfiguration() throws {
        try TemporaryFolder.with { folder in
            let error = try #require(throws: YAMLFileError.self) { try ConfigurationFile.load(path: folder.path) }
            #expect(
                error.description == "\(folder.path):1:1: found a file that cannot be read (Is a directory), "
                    + "expected a readable YAML file")
        }
    }

    @Test func aLongFileIsRefusedWithoutReadingAllOfIt() throws {
        let error = try #require(throws: YAMLFileError.self) { try ConfigurationFile.load(path: "/dev/zero") }
        #expect(error.description == "/dev/zero:1:1: found 262145 bytes, expected at most 262144")
    }

    private func decode(_ text: String) throws(YAMLFileError) -> NodeConfiguration {
        try ConfigurationFile.decode(Array(text.utf8), file: "f.yaml")
    }
}

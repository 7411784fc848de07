import Testing
import YAML

@testable import samnode

/// A wrong file and exactly what is said about it, without the file's name.
struct WrongConfiguration: CustomTestStringConvertible, Sendable {
    var name: String
    var text: String
    var messages: [String]

    var testDescription: String { name }

    init(_ name: String, _ text: String, _ messages: String...) {
        self.name = name
        self.text = text
        self.messages = messages
    }
}

@Suite struct ConfigurationErrorTests {
    @Test(arguments: shapes + labels + catalogs + services + backends)
    func eachMistakeIsNamedAtItsPlace(_ wrong: WrongConfiguration) {
        expect(wrong)
    }

    @Test(arguments: texts)
    func textThatIsNotOneYAMLDocument(_ wrong: WrongConfiguration) {
        expect(wrong)
    }

    @Test func everyMistakeIsReportedInTheOrderOfTheFile() {
        expect(
            WrongConfiguration(
                "several",
                """
                versoin: v1
                labels: {"a b": c, d: ""}
                services:
                  - type: inference
                    name: x@y
                    target_url: localhost
                  - {type: mcp, name: a}
                """,
                "1:1: unknown key \"versoin\": did you mean \"version\"? "
                    + "expected version, labels, egress, discovery, services, attenuation, libp2p or catalog",
                "2:10: labels: found the key \"a b\", expected 1 to 63 of A-Z a-z 0-9 _ . -",
                "2:23: labels: d: found \"\", expected 1 to 255 bytes without \",\", \"=\" and control characters",
                "5:11: invalid service config at index 0: name: found \"x@y\", expected \(nameExpectation)",
                "6:17: invalid service config at index 0: target_url: found \"localhost\", "
                    + "expected a URL that begins with http:// or https://",
                "7:5: invalid service config at index 1: found no backend, expected target_url or command"))
    }

    @Test(arguments: [
        (Array("a: b\nc: é".utf8) + [0xff], "2:5: found text that is not YAML: invalid leading UTF-8 octet"),
        (Array("- x\n- \u{1}".utf8), "2:3: found text that is not YAML: control characters are not allowed"),
    ])
    func bytesThatAreNoTextAreNamedAtTheirPlace(_ bytes: [UInt8], _ message: String) throws {
        let error = try #require(throws: YAMLFileError.self) {
            try ConfigurationFile.decode(bytes, file: "f.yaml")
        }
        #expect(error.description == "f.yaml:\(message)")
    }

    @Test func manyMistakesAreCutShort() throws {
        let text = (0..<50).map { "key\($0): 1" }.joined(separator: "\n")
        let error = try #require(throws: YAMLFileError.self) {
            try ConfigurationFile.decode(Array(text.utf8), file: "f.yaml")
        }
        #expect(error.problems.count == 50)
        let lines = error.description.split(separator: "\n")
        #expect(lines.count == 21)
        #expect(lines.last == "… and 30 more problems")
    }

    @Test func whatAFileSaysCannotRewriteTheScreen() throws {
        let text = "\"\\e[2J\\u202e\": 1"
        let error = try #require(throws: YAMLFileError.self) {
            try ConfigurationFile.decode(Array(text.utf8), file: "f.yaml")
        }
        #expect(error.description.hasPrefix("f.yaml:1:1: unknown key \"\\u{1b}[2J\\u{202e}\": expected version"))
    }

    private func expect(_ wrong: WrongConfiguration, sourceLocation: SourceLocation = #_sourceLocation) {
        do throws(YAMLFileError) {
            let configuration = try ConfigurationFile.decode(Array(wrong.text.utf8), file: "f.yaml")
            Issue.record("taken as \(configuration)", sourceLocation: sourceLocation)
        } catch {
            #expect(
                error.problems.map(\.description) == wrong.messages.map { "f.yaml:" + $0 },
                sourceLocation: sourceLocation)
        }
    }
}

private let nameExpectation =
    "parts of 1 to 63 letters, digits, \"_\" or \"-\", joined by dots (at most 253 characters)"

private let shapes = [
    WrongConfiguration(
        "a list instead of a mapping", "- 1",
        "1:1: found a list, expected a mapping with version, labels, egress, discovery, services, attenuation, libp2p or catalog"
    ),
    WrongConfiguration(
        "text instead of a mapping", "hello",
        "1:1: found \"hello\", expected a mapping with version, labels, egress, discovery, services, attenuation, libp2p or catalog"
    ),
    WrongConfiguration("another version", "version: v2", "1:10: version: found \"v2\", expected \"v1alpha1\""),
    WrongConfiguration(
        "neither on nor off", "libp2p: yes", "1:9: libp2p: found \"yes\", expected true or false"),
    WrongConfiguration(
        "a list that is no switch", "libp2p: [true]", "1:9: libp2p: found a list, expected true or false"),
    WrongConfiguration("no version behind the key", "version:", "1:9: version: found nothing, expected \"v1alpha1\""),
    WrongConfiguration(
        "an unknown key that is near to none", "zebra: 1",
        "1:1: unknown key \"zebra\": expected version, labels, egress, discovery, services, attenuation, libp2p or catalog"
    ),
    WrongConfiguration(
        "a key twice", "version: v1alpha1\nversion: v1alpha1",
        "2:1: found the key \"version\" a second time, expected it once (first at line 1)"),
    WrongConfiguration(
        "services that are no list", "services: {}", "1:11: services: found a mapping, expected a list of services"),
    WrongConfiguration(
        "an unknown key of egress", "egress: {require_label: {a: b}}",
        "1:10: egress: unknown key \"require_label\": did you mean \"require_labels\"? expected require_labels"),
    WrongConfiguration(
        "an unknown key of attenuation", "attenuation:\n  check: []",
        "2:3: attenuation: unknown key \"check\": did you mean \"checks\"? expected rules, policies or checks"),
    WrongConfiguration(
        "attenuation that is no list", "attenuation: {checks: 'check if true'}",
        "1:23: attenuation: checks: found \"check if true\", expected a list of Datalog texts"),
    WrongConfiguration(
        "attenuation that is no text", "attenuation: {checks: [[]]}",
        "1:24: attenuation: checks: found an empty list, expected a Datalog text in quotes"),
]

private let labels = [
    WrongConfiguration(
        "labels that are text", "labels: a=b",
        "1:9: labels: found \"a=b\", expected a mapping of label keys "
            + "to values"),
    WrongConfiguration(
        "a label without a value", "labels: {region: }",
        "1:18: labels: region: found nothing, expected 1 to 255 bytes without \",\", \"=\" and control characters"),
    WrongConfiguration(
        "a label with a separator", "egress: {require_labels: {region: 'a,b'}}",
        "1:35: egress: require_labels: region: found \"a,b\", expected 1 to 255 bytes without \",\", \"=\" "
            + "and control characters"
    ),
    WrongConfiguration(
        "too many labels", "labels: {" + (0..<17).map { "k\($0): v" }.joined(separator: ", ") + "}",
        "1:9: labels: found 17 labels, expected at most 16"),
]

private let catalogs = ["999", "100001", "many", "-5000", "1e4"].map { found in
    WrongConfiguration(
        "a catalog of \(found) entries", "catalog:\n  entries: \(found)",
        "2:12: catalog: entries: found \"\(found)\", expected a number from 1000 to 100000")
}

private let services = [
    WrongConfiguration(
        "a service that is text", "services: [x]",
        "1:12: invalid service config at index 0: found \"x\", expected a mapping with type, name, "
            + "description, target_url, slots, command or env"
    ),
    WrongConfiguration(
        "an unknown type", "services:\n  - {type: infrence, name: a, target_url: 'http://a'}",
        "2:12: invalid service config at index 0: type: found \"infrence\", expected mcp, inference or a2a "
            + "(did you mean \"inference\"?)"
    ),
    WrongConfiguration(
        "no type", "services:\n  - {name: a, target_url: 'http://a'}",
        "2:5: invalid service config at index 0: type: found nothing, expected mcp, inference or a2a"),
    WrongConfiguration(
        "an empty name", "services:\n  - {type: mcp, name: '', target_url: 'http://a'}",
        "2:23: invalid service config at index 0: name: found \"\", expected \(nameExpectation)"),
    WrongConfiguration(
        "no name", "services:\n  - {type: mcp, target_url: 'http://a'}",
        "2:5: invalid service config at index 0: name: found nothing, expected \(nameExpectation)"),
    WrongConfiguration(
        "an unknown key", "services:\n  - {type: mcp, name: a, targetUrl: 'http://a'}",
        "2:5: invalid service config at index 0: found no backend, expected target_url or command",
        "2:26: invalid service config at index 0: unknown key \"targetUrl\": did you mean \"target_url\"? "
            + "expected type, name, description, target_url, slots, command or env"),
    WrongConfiguration(
        "a service twice",
        "services:\n- {type: mcp, name: a, target_url: 'http://a'}\n- {type: mcp, name: a, target_url: 'http://b'}",
        "3:3: invalid service config at index 1: found \"mcp:a\" a second time, expected each service once "
            + "(first at line 2)"
    ),
    WrongConfiguration(
        "a description that the catalog cannot carry",
        "services:\n- {type: mcp, name: a, target_url: 'http://a', description: \"a\\eb\"}",
        "2:61: invalid service config at index 0: description: found \"a\\u{1b}b\" (3 bytes), "
            + "expected text of at most 512 bytes without control characters"),
]

private let backends = [
    WrongConfiguration(
        "a command for an inference service", "services:\n- {type: inference, name: a, command: [x]}",
        "2:39: invalid service config at index 0: Inference services accept only target_url: found command, "
            + "expected it for mcp services only"
    ),
    WrongConfiguration(
        "env for an inference service", "services:\n- {type: inference, name: a, target_url: 'http://a', env: {A: b}}",
        "2:59: invalid service config at index 0: Inference services accept only target_url: found env, "
            + "expected it for mcp services only"
    ),
    WrongConfiguration(
        "a version in the path", "services:\n- {type: inference, name: a, target_url: 'http://localhost:11434/v1/'}",
        "2:42: invalid service config at index 0: target_url: found \"http://localhost:11434/v1/\", "
            + "expected the root URL without /v1: \"http://localhost:11434\""),
    WrongConfiguration(
        "two backends", "services:\n- {type: mcp, name: a, target_url: 'http://a', command: [x]}",
        "2:57: invalid service config at index 0: found target_url and command, expected one of them"),
    WrongConfiguration(
        "env without command", "services:\n- {type: mcp, name: a, target_url: 'http://a', env: {A: b}}",
        "2:53: invalid service config at index 0: env: found it without command, expected it beside command only"),
    WrongConfiguration(
        "a command as text", "services:\n- {type: mcp, name: a, command: npx}",
        "2:33: invalid service config at index 0: command: found \"npx\", "
            + "expected a list with a program and its arguments, like [\"npx\", \"-y\", \"server\"]"),
    WrongConfiguration(
        "an empty program", "services:\n- {type: mcp, name: a, command: ['']}",
        "2:34: invalid service config at index 0: command: found an empty program name, expected the program to run"),
    WrongConfiguration(
        "a port out of range", "services:\n- {type: mcp, name: a, target_url: 'http://a:65536'}",
        "2:36: invalid service config at index 0: target_url: found \"http://a:65536\", "
            + "expected a URL whose port is between 1 and 65535"),
    WrongConfiguration(
        "credentials", "services:\n- {type: mcp, name: a, target_url: 'http://u:p@a'}",
        "2:36: invalid service config at index 0: target_url: found \"http://u:p@a\", "
            + "expected a URL without credentials; give them to the proxy behind it"),
    WrongConfiguration(
        "a query", "services:\n- {type: mcp, name: a, target_url: 'http://a/?b'}",
        "2:36: invalid service config at index 0: target_url: found \"http://a/?b\", "
            + "expected a URL without a query (?) and without a fragment (#)"),
    WrongConfiguration(
        "no host", "services:\n- {type: mcp, name: a, target_url: 'http:///x'}",
        "2:36: invalid service config at index 0: target_url: found \"http:///x\", "
            + "expected a URL with a host, like http://localhost:4000"),
    WrongConfiguration(
        "another scheme", "services:\n- {type: mcp, name: a, target_url: 'unix:///x'}",
        "2:36: invalid service config at index 0: target_url: found \"unix:///x\", "
            + "expected a URL that begins with http:// or https://"),
]

private let texts = [
    WrongConfiguration(
        "an unclosed list", "services:\n  - type: [unclosed list\n",
        "3:1: found text that is not YAML: did not find expected ',' or ']' (while parsing a flow sequence "
            + "that begins at line 2)"
    ),
    WrongConfiguration(
        "a tab as indentation", "services:\n\t- a",
        "2:1: found text that is not YAML: found character that cannot start any token (while scanning for "
            + "the next token that begins at line 2)"
    ),
    WrongConfiguration(
        "two documents", "version: v1alpha1\n---\nversion: v1alpha1",
        "2:1: found a second document, expected the end of the file"),
    WrongConfiguration(
        "an alias", "labels: &a {b: c}\negress: {require_labels: *a}",
        "2:26: found the alias \"*a\", expected the value itself written out"),
    WrongConfiguration(
        "a tag", "version: !secret v1alpha1", "1:10: found the tag \"!secret\", expected none"),
    WrongConfiguration(
        "a list as a key", "? [a]\n: b", "1:3: found a list as a key, expected a name"),
    WrongConfiguration(
        "deep nesting", String(repeating: "[", count: 17) + String(repeating: "]", count: 17),
        "1:17: found lists and mappings nested deeper than 16, expected fewer"),
    WrongConfiguration(
        "a very long file", "# " + String(repeating: "x", count: 256 * 1024),
        "1:1: found 262146 bytes, expected at most 262144"),
    WrongConfiguration(
        "very many values", "labels: [" + String(repeating: "1,", count: 20_000) + "]",
        "1:32772: found more than 16384 values, expected fewer"),
]

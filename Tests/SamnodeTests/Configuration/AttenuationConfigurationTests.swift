import Foundation
import Gossip
import Inference
import Testing
import YAML

@testable import samnode

@Suite struct AttenuationConfigurationTests {
    @Test func theSeedsExampleWorksUnchanged() throws {
        let configuration = try decode(
            """
            version: "v1alpha1"
            services:
              - type: inference
                name: openrouter
                description: "OpenRouter Proxy Inference Service"
                target_url: "http://localhost:4000" # Local endpoint of the proxy
            attenuation:
              checks:
                - 'check if group("research");'
            """)
        let service = try #require(configuration.services.first)
        #expect(service.name.description == "inference:openrouter")
        #expect(service.description == "OpenRouter Proxy Inference Service")
        #expect(service.backend == .url(try BackendURL(text: "http://localhost:4000")))
        #expect(configuration.attenuation.checks.count == 1)
        #expect(configuration.labels.isEmpty)
    }

    @Test func everyKindOfStatementIsTaken() throws {
        let attenuation = try decode(
            """
            version: "v1alpha1"
            services:
              - {type: mcp, name: db-writer, target_url: "http://127.0.0.1:5002/mcp"}
            attenuation:
              rules:
                - 'time(2026-06-30T00:00:00Z) <- true;'
                - 'local($u) <- user($u)'
              checks:
                - 'check if time($time), $time < 2026-12-31T23:59:59Z;'
              policies:
                - 'deny if service("mcp", "db-writer"), current_hour($hour), $hour >= 21;'
                - 'deny if service("mcp", "db-writer"), role("contractor");'
                - 'allow if user("local-admin");'
            """
        ).attenuation
        #expect(attenuation.rules.count == 2)
        #expect(attenuation.checks.count == 1)
        #expect(attenuation.policies.map(\.kind) == [.deny, .deny, .allow])
    }

    @Test func whatIsNoDatalogIsNamedWithItsPlace() throws {
        let error = try #require(throws: YAMLFileError.self) {
            try decode(
                """
                attenuation:
                  rules: ['a($x) <- b($y)', "allow if true"]
                  policies:
                    - 'deny if user("x");'
                    - 'deny if user('
                  checks:
                    - >-
                      check whether group(1)
                    - 'check if group("a"); check if group("b")'
                """)
        }
        let messages = error.problems.map(\.description)
        #expect(messages.count == 5)
        let beginnings = [
            "f.yaml:2:11: attenuation: invalid local rule syntax \"a($x) <- b($y)\": ",
            "f.yaml:2:29: attenuation: invalid local rule syntax \"allow if true\": found policy, expected one rule",
            "f.yaml:5:7: attenuation: invalid local policy syntax \"deny if user(\": ",
            "f.yaml:7:7: attenuation: invalid local check syntax \"check whether group(1)\": ",
            "f.yaml:9:7: attenuation: invalid local check syntax "
                + "\"check if group(\\\"a\\\"); check if group(\\\"b\\\")\": "
                + "found check and check, expected one check",
        ]
        for (message, beginning) in zip(messages, beginnings) { #expect(message.hasPrefix(beginning), "\(message)") }
        #expect(messages[2].hasSuffix("(at line 1, column 14 of the text)"))
    }

    private func decode(_ text: String) throws(YAMLFileError) -> NodeConfiguration {
        try ConfigurationFile.decode(Array(text.utf8), file: "f.yaml")
    }
}

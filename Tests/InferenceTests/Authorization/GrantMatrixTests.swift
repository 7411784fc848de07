import Biscuit
import Gossip
import Overlay
import Testing

@testable import Inference

/// Every form of grant against every kind of service, under every condition that a node can add.
@Suite struct GrantMatrixTests {
    private static let services = [
        "inference:a.x.b", "inference:a.y", "inference:z.b", "inference:c", "mcp:a.x.b", "mcp:c", "a2a:a.y",
    ]
    /// For each grant whether it covers the services above, in their order.
    private static let grants: [(patterns: [String], covers: String)] = [
        ([], "-------"),
        (["*"], "+++++++"),
        (["*:*"], "+++++++"),
        (["inference:*"], "++++---"),
        (["mcp://*"], "----++-"),
        (["inference:a.*"], "++-----"),
        (["inference:*.b"], "+-+----"),
        (["inference:c"], "---+---"),
        (["inference://a.x.b", "inference:c"], "+--+---"),
        (["inference:c", "mcp:c"], "---+-+-"),
        (["inference:a.*", "inference:*.b", "a2a:a.y"], "+++---+"),
        (["system://sam.catalog"], "-------"),
    ]

    private struct Cell {
        var fixture: AuthorizationFixture
        var token: Token
        var service: String
        var isGranted: Bool
        var label: String
    }

    @Test func theTokenDecidesByItself() throws {
        try eachCell { cell in
            let decision = try cell.fixture.decide(cell.token, cell.service)
            #expect(decision.outcome == (cell.isGranted ? "allowed" : "service_not_granted"), "\(cell.label)")
            #expect(decision.refusal.map { $0.status == 403 } != false, "\(cell.label)")
        }
    }

    @Test func aLocalDenyOverridesEveryGrant() throws {
        try eachCell { cell in
            let authorizer = try cell.fixture.authorizer(policies: ["deny if user(\"alice\");", "allow if true"])
            #expect(try cell.fixture.decide(cell.token, cell.service, with: authorizer).outcome == "denied_by_policy")
        }
    }

    @Test func aLocalDenyOfOthersChangesNothing() throws {
        try eachCell { cell in
            let authorizer = try cell.fixture.authorizer(policies: ["deny if user(\"bob\")"])
            #expect(
                try cell.fixture.decide(cell.token, cell.service, with: authorizer).isAllowed == cell.isGranted,
                "\(cell.label)")
        }
    }

    @Test func aLocalAllowReplacesAMissingGrantAndNoCheck() throws {
        try eachCell { cell in
            let allow = ["allow if user(\"alice\")"]
            let authorizer = try cell.fixture.authorizer(policies: allow)
            #expect(try cell.fixture.decide(cell.token, cell.service, with: authorizer).isAllowed)
            let strict = try cell.fixture.authorizer(policies: allow, checks: ["check if group(\"admins\")"])
            #expect(try cell.fixture.decide(cell.token, cell.service, with: strict).outcome == "check_failed")
        }
    }

    @Test func aLocalCheckNarrowsEveryGrant() throws {
        try eachCell { cell in
            let passing = try cell.fixture.authorizer(checks: ["check if group(\"research\");"])
            #expect(
                try cell.fixture.decide(cell.token, cell.service, with: passing).isAllowed == cell.isGranted,
                "\(cell.label)")
            let failing = try cell.fixture.authorizer(checks: ["check if group(\"research\"), user(\"bob\");"])
            #expect(try cell.fixture.decide(cell.token, cell.service, with: failing).outcome == "check_failed")
        }
    }

    @Test func expiredForeignAndStolenTokensGrantNothing() throws {
        try eachCell { cell in
            let fixture = cell.fixture
            let late = AuthorizationFixture.now + .hours(1) + .milliseconds(1)
            #expect(throws: AdmissionRefusal.expired(AuthorizationFixture.now + .hours(1))) {
                try fixture.admission.admit(cell.token.bytes, from: fixture.alice, at: late)
            }
            #expect(throws: AdmissionRefusal.otherPeer(peer: fixture.mallory)) {
                try fixture.admission.admit(cell.token.bytes, from: fixture.mallory, at: AuthorizationFixture.now)
            }
            let otherMesh = try Admission(roots: [try KeyPair(seed: [UInt8](repeating: 5, count: 32)).publicKey])
            #expect(throws: AdmissionRefusal.foreign) {
                try otherMesh.admit(cell.token.bytes, from: fixture.alice, at: AuthorizationFixture.now)
            }
        }
    }

    @Test func anAddedBlockNarrowsAndNeverWidens() throws {
        try eachCell { cell in
            var attenuation = TokenAttenuation()
            attenuation.services = [try ServicePattern(parsing: "inference:a.*"), try ServicePattern(parsing: "mcp:c")]
            let narrowed = try cell.fixture.append(attenuation.blockBuilder, to: cell.token)
            let isReachable = cell.service.hasPrefix("inference:a.") || cell.service == "mcp:c"
            #expect(
                try cell.fixture.decide(narrowed, cell.service).isAllowed == (cell.isGranted && isReachable),
                "\(cell.label)")
        }
    }

    private func eachCell(_ body: (Cell) throws -> Void) throws {
        let fixture = try AuthorizationFixture()
        for grant in Self.grants {
            let token = try fixture.token(services: grant.patterns)
            for (service, mark) in zip(Self.services, grant.covers) {
                try body(
                    Cell(
                        fixture: fixture, token: token, service: service, isGranted: mark == "+",
                        label: "\(grant.patterns) for \(service)"))
            }
        }
    }
}

import Biscuit
import Gossip
import Overlay
import Testing

@testable import Inference

/// Whoever holds a token can append blocks to it. None may give what the authority did not.
@Suite struct AttenuationAttackTests {
    private let now = AuthorizationFixture.now

    /// Facts that would help a thief or an ambitious holder, as facts and as rules of an added block.
    private func blocks(for peer: PeerID) throws -> [BlockBuilder] {
        let sources = [
            "client_peer_id(\"\(peer)\"); node(\"\(peer)\")",
            "client_peer_id($p) <- connection_peer_id($p); node($p) <- connection_peer_id($p)",
            "connection_peer_id($p) <- client_peer_id($p)",
            "trusting authority, previous; client_peer_id($p) <- connection_peer_id($p)",
            "granted_service_exact(\"inference\", \"openrouter\"); granted_service_all(\"inference\")",
            "granted_service_set(\"inference\", {\"openrouter\"}); granted_service_prefix(\"inference\", \"\")",
            "granted_service_all($t) <- service($t, $n)",
            "expiration(2100-01-01T00:00:00Z); time(2000-01-01T00:00:00Z)",
            "group(\"admins\"); role(\"admin\"); user(\"root\"); email(\"root@x\"); "
                + "right(\"relay\"); label(\"region\", \"eu\")",
            "allow_network_target(\"node\", \"x\"); granted_target_all(\"node\"); target_fact(\"group\", \"backend\")",
        ]
        var everything = BlockBuilder()
        everything.facts = ["granted_service_all_types", "target_unrestricted", "granted_target_all_facts"].map {
            Fact($0)
        }
        return try sources.map { try BlockBuilder($0) } + [everything]
    }

    @Test func noBlockMakesATokenAnotherPeers() throws {
        let fixture = try AuthorizationFixture()
        let stolen = try fixture.token(services: ["*"])
        for block in try blocks(for: fixture.mallory) {
            let token = try fixture.append(block, to: stolen)
            #expect(throws: AdmissionRefusal.otherPeer(peer: fixture.mallory)) {
                try fixture.admission.admit(token.bytes, from: fixture.mallory, at: now)
            }
        }
    }

    @Test func noBlockGrantsAService() throws {
        let fixture = try AuthorizationFixture()
        for block in try blocks(for: fixture.alice) {
            let token = try fixture.append(block, to: fixture.token(services: ["mcp:x"]))
            #expect(try fixture.decide(token).outcome == "service_not_granted")
            #expect(try fixture.decide(token, "mcp:x").isAllowed)
        }
    }

    @Test func noBlockLengthensALife() throws {
        let fixture = try AuthorizationFixture()
        for block in try blocks(for: fixture.alice) {
            let token = try fixture.append(block, to: fixture.token(services: ["*"]))
            #expect(try fixture.admit(token).expiry == now + .hours(1))
            #expect(throws: AdmissionRefusal.expired(now + .hours(1))) {
                try fixture.admission.admit(token.bytes, from: fixture.alice, at: now + .hours(2))
            }
        }
    }

    @Test func noBlockChangesWhoSomebodyIs() throws {
        let fixture = try AuthorizationFixture()
        let strict = try fixture.authorizer(checks: ["check if group(\"admins\") or role(\"admin\") or user(\"root\")"])
        let plain = try fixture.admit(fixture.token(services: ["*"]))
        for block in try blocks(for: fixture.alice) {
            let token = try fixture.append(block, to: fixture.token(services: ["*"]))
            let admitted = try fixture.admit(token)
            #expect(admitted.user == plain.user)
            #expect(admitted.email == plain.email)
            #expect(admitted.groups == plain.groups)
            #expect(admitted.roles == plain.roles)
            #expect(admitted.rights == plain.rights)
            #expect(admitted.labels == plain.labels)
            #expect(try fixture.decide(token, with: strict).outcome == "check_failed")
        }
    }

    @Test func noBlockLiftsARestrictionOfTargets() throws {
        let fixture = try AuthorizationFixture()
        for block in try blocks(for: fixture.alice) {
            let token = try fixture.append(block, to: fixture.token(services: ["*"], targets: ["group:backend"]))
            #expect(try fixture.decide(token).outcome == "target_not_allowed")
        }
    }

    @Test func aBlockOfAThirdPartyIsTrustedNoMore() throws {
        let fixture = try AuthorizationFixture()
        let stranger = try KeyPair(seed: [UInt8](repeating: 6, count: 32))
        for block in try blocks(for: fixture.mallory) {
            let whole = try fixture.token(services: ["mcp:x"])
            let signed = try whole.thirdPartyRequest().sign(block, with: stranger)
            let token = try whole.append(
                signed, signedBy: stranger.publicKey, nextKey: KeyPair(seed: [UInt8](repeating: 8, count: 32)))
            #expect(throws: AdmissionRefusal.otherPeer(peer: fixture.mallory)) {
                try fixture.admission.admit(token.bytes, from: fixture.mallory, at: now)
            }
            #expect(try fixture.decide(token).outcome == "service_not_granted")
        }
    }

    @Test func aDeniedGuestCannotUndoTheDenial() throws {
        let fixture = try AuthorizationFixture()
        let authorizer = try fixture.authorizer(policies: ["deny if user(\"alice\")"])
        for block in try blocks(for: fixture.alice) {
            let token = try fixture.append(block, to: fixture.token(services: ["*"]))
            #expect(try fixture.decide(token, with: authorizer).outcome == "denied_by_policy")
        }
    }
}

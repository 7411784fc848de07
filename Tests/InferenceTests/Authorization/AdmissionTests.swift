import Biscuit
import Gossip
import Overlay
import Testing

@testable import Inference

@Suite struct AdmissionTests {
    private let now = AuthorizationFixture.now

    @Test func anAdmittedPeerIsWhatItsTokenSays() throws {
        let fixture = try AuthorizationFixture()
        var request = try fixture.request(services: ["*"])
        request.email = "a@b.c"
        request.groups = ["research", "staff"]
        request.roles = ["sam:role:router", "sam:role:node"]
        request.labels = try #require(LabelSet(parsing: "region=eu,gpu=8"))
        let token = try fixture.mint(request.authorityBlock)
        let admitted = try fixture.admit(token)
        #expect(admitted.peer == fixture.alice)
        #expect(admitted.user == "alice")
        #expect(admitted.email == "a@b.c")
        #expect(admitted.groups == ["research", "staff"])
        #expect(admitted.roles == ["sam:role:node", "sam:role:router"])
        #expect(admitted.rights == ["relay"])
        #expect(admitted.labels.map(\.description) == ["gpu=8", "region=eu"])
        #expect(admitted.expiry == now + .hours(1))
        #expect(admitted.digest == TokenDigest(token: token.bytes))
        #expect(admitted.root == fixture.root.publicKey)
        #expect(admitted.caller == Caller(peer: fixture.alice, user: "alice", groups: ["research", "staff"]))
    }

    @Test func anyTrustedRootWillDo() throws {
        let fixture = try AuthorizationFixture()
        let other = try KeyPair(seed: [UInt8](repeating: 5, count: 32))
        let both = try Admission(roots: [other.publicKey, fixture.root.publicKey])
        let token = try fixture.token()
        #expect(try both.admit(token.bytes, from: fixture.alice, at: now).root == fixture.root.publicKey)
        #expect(MeshID(root: fixture.root.publicKey) != MeshID(root: other.publicKey))
        #expect(throws: AdmissionRefusal.foreign) {
            try Admission(roots: []).admit(token.bytes, from: fixture.alice, at: now)
        }
    }

    @Test func everyChangedByteIsNoticed() throws {
        let fixture = try AuthorizationFixture()
        let token = try fixture.append("check if user(\"alice\")", to: fixture.token(services: ["inference:*"]))
        var accepted: [Int] = []
        for position in token.bytes.indices {
            var bytes = token.bytes
            bytes[position] ^= 0x01
            if (try? fixture.admission.admit(bytes, from: fixture.alice, at: now)) != nil { accepted.append(position) }
        }
        #expect(accepted.isEmpty)
    }

    @Test func everyTruncationAndGarbageIsRefused() throws {
        let fixture = try AuthorizationFixture()
        let bytes = try fixture.token(services: ["*"]).bytes
        for length in bytes.indices {
            #expect(throws: AdmissionRefusal.self) {
                try fixture.admission.admit(Array(bytes[..<length]), from: fixture.alice, at: now)
            }
        }
        let seed: UInt64 = 77
        print("token garbage: seed \(seed)")
        var random = RandomSource(seed: seed)
        for _ in 0..<500 {
            #expect(throws: AdmissionRefusal.self) {
                try fixture.admission.admit(random.bytes(random.below(400)), from: fixture.alice, at: now)
            }
        }
    }

    @Test func aTokenMustSayWhoseItIsAndUntilWhen() throws {
        let fixture = try AuthorizationFixture()
        let binding = "client_peer_id(\"\(fixture.alice)\"); "
        let cases: [(String, AdmissionRefusal)] = [
            ("user(\"alice\"); expiration(2100-01-01T00:00:00Z)", .unbound),
            ("client_peer_id(7); expiration(2100-01-01T00:00:00Z)", .unbound),
            ("node(\"\(fixture.alice)\"); expiration(2100-01-01T00:00:00Z)", .unbound),
            (binding + "user(\"alice\")", .unlimited),
            (binding + "expiration(\"2100\")", .unlimited),
            (binding + "expiration(2000-01-01T00:00:00Z)", .expired(WallTime(seconds: 946_684_800))),
            (
                binding + "node(\"\(fixture.mallory)\"); expiration(2100-01-01T00:00:00Z)",
                .otherPeer(peer: fixture.alice)
            ),
        ]
        for (source, refusal) in cases {
            let token = try fixture.mint(BlockBuilder(source))
            #expect(throws: refusal, "\(source)") {
                try fixture.admission.admit(token.bytes, from: fixture.alice, at: now)
            }
        }
        #expect(throws: AdmissionRefusal.missing) { try fixture.admission.admit([], from: fixture.alice, at: now) }
    }

    @Test func aTokenIsValidUpToItsLastSecond() throws {
        let fixture = try AuthorizationFixture()
        let token = try fixture.token(services: ["*"])
        _ = try fixture.admission.admit(token.bytes, from: fixture.alice, at: now + .hours(1))
        #expect(throws: AdmissionRefusal.expired(now + .hours(1))) {
            try fixture.admission.admit(token.bytes, from: fixture.alice, at: now + .hours(1) + .seconds(1))
        }
    }

    @Test func revokedTokensAndPeersAreRefused() throws {
        let fixture = try AuthorizationFixture()
        let token = try fixture.append("check if true", to: fixture.token())
        let admitted = try fixture.admit(token)
        for id in token.revocationIDs {
            var admission = fixture.admission
            admission.revocations.blocks = [id]
            #expect(throws: AdmissionRefusal.revoked) {
                try admission.admit(token.bytes, from: fixture.alice, at: now)
            }
            #expect(admission.review(admitted, at: now) == .revoked)
        }
        var admission = fixture.admission
        admission.revocations.peers = [fixture.alice]
        #expect(throws: AdmissionRefusal.peerRevoked) { try admission.admit(token.bytes, from: fixture.alice, at: now) }
        #expect(admission.review(admitted, at: now) == .peerRevoked)
        #expect(fixture.admission.review(admitted, at: now) == nil)
    }

    @Test func anAddedTimeLimitEndsTheLink() throws {
        let fixture = try AuthorizationFixture()
        var attenuation = TokenAttenuation()
        attenuation.expiry = now + .minutes(10)
        let token = try fixture.append(attenuation.blockBuilder, to: fixture.token(services: ["*"]))
        let admitted = try fixture.admit(token)
        let after = now + .minutes(10) + .seconds(1)
        #expect(fixture.admission.review(admitted, at: now + .minutes(10)) == nil)
        guard case .failedCheck? = fixture.admission.review(admitted, at: after) else {
            Issue.record("the link outlives the token")
            return
        }
        #expect(throws: AdmissionRefusal.self) {
            try fixture.admission.admit(token.bytes, from: fixture.alice, at: after)
        }
    }

    @Test func aTokenForOneServiceOpensALink() throws {
        let fixture = try AuthorizationFixture()
        for check in [
            "check if service(\"inference\", \"openrouter\")", "check all service($t, $n), $t == \"inference\"",
            "reject if service(\"mcp\", $n)",
        ] {
            let token = try fixture.append(check, to: fixture.token(services: ["*"]))
            #expect(try fixture.admit(token).user == "alice", "\(check)")
            #expect(try fixture.decide(token).isAllowed, "\(check)")
            #expect(try fixture.decide(token, "mcp:x").outcome == "token_check_failed", "\(check)")
        }
    }

    @Test func aTokenForOneServiceWhoseTimeIsOverOpensNone() throws {
        let fixture = try AuthorizationFixture()
        for check in ["check if time($t), $t < 2001-01-01T00:00:00Z", "check if false", "check if user(\"bob\")"] {
            let token = try fixture.append(check, to: fixture.token(services: ["*"]))
            #expect(throws: AdmissionRefusal.self, "\(check)") { try fixture.admit(token) }
        }
    }

    @Test func aTokenThatCostsTooMuchIsRefused() throws {
        let fixture = try AuthorizationFixture()
        let facts = (0..<60).map { "n(\($0));" }.joined()
        let token = try fixture.append(facts + "p($a, $b, $c, $d) <- n($a), n($b), n($c), n($d)", to: fixture.token())
        do {
            _ = try fixture.admit(token)
            Issue.record("admitted")
        } catch AdmissionRefusal.unevaluable(let reason) {
            #expect(reason.contains("limit"))
        }
    }

    @Test func everyRefusalSaysWhatToDo() throws {
        let fixture = try AuthorizationFixture()
        let refusals: [AdmissionRefusal] = [
            .missing, .malformed("x"), .foreign, .tampered("x"), .unbound, .otherPeer(peer: fixture.mallory),
            .unlimited,
            .expired(now), .revoked, .failedCheck("x"), .unevaluable("x"),
        ]
        #expect(refusals.allSatisfy { $0.description.contains("token") && $0.code.hasPrefix("token_") })
        #expect(
            AdmissionRefusal.expired(now).description == "the token expired at 2027-01-15T08:00:00Z; issue a new one")
    }
}

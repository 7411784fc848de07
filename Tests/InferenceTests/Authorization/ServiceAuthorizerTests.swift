import Biscuit
import Gossip
import Overlay
import Testing

@testable import Inference

@Suite struct ServiceAuthorizerTests {
    private let now = AuthorizationFixture.now
    private let openrouter = "inference:openrouter"

    @Test func theSeedsExampleNarrowsToAGroup() throws {
        let fixture = try AuthorizationFixture()
        let authorizer = try fixture.authorizer(checks: ["check if group(\"research\");"])
        #expect(try fixture.decide(fixture.token(services: [openrouter]), with: authorizer).isAllowed)
        var request = try fixture.request(services: ["*"])
        request.groups = ["sales"]
        let refusal = try #require(try fixture.decide(fixture.mint(request.authorityBlock), with: authorizer).refusal)
        #expect(refusal.status == 403)
        #expect(refusal.code == "check_failed")
        #expect(refusal.message.contains("check if group(\"research\")"))
    }

    @Test func aRefusalSaysWhatWasMissingAndWhatWouldGrantIt() throws {
        let fixture = try AuthorizationFixture()
        let refusal = try #require(try fixture.decide(fixture.token(services: ["mcp:*"])).refusal)
        #expect(
            refusal.message == "the token of user \"alice\" does not grant inference:openrouter; "
                + "ask for one issued with --service 'inference:openrouter'")
        #expect(refusal.detail.contains("no policy matched"))
    }

    @Test func anotherPeerOrALaterTimeIsRefusedWhateverRulesSay() throws {
        let fixture = try AuthorizationFixture()
        let authorizer = try fixture.authorizer(
            rules: [
                "time(2000-01-01T00:00:00Z) <- true", "connection_peer_id(\"\(fixture.alice)\") <- true",
                "expiration(2100-01-01T00:00:00Z) <- true",
            ], policies: ["allow if true"])
        let admitted = try fixture.admit(fixture.token(services: ["*"]))
        let service = try #require(ServiceName(openrouter))
        #expect(authorizer.authorize(admitted, service: service, peer: fixture.alice, at: now).isAllowed)
        let late = authorizer.authorize(admitted, service: service, peer: fixture.alice, at: now + .hours(2))
        #expect(late.outcome == "token_expired")
        #expect(late.refusal?.status == 401)
        let other = authorizer.authorize(admitted, service: service, peer: fixture.mallory, at: now)
        #expect(other.outcome == "token_not_bound")
        #expect(other.refusal?.status == 401)
    }

    @Test func targetsAreComparedWithTheHostsOwnToken() throws {
        let fixture = try AuthorizationFixture()
        var request = TokenRequest(peer: fixture.host, expiry: now + .minutes(30))
        request.user = "operator"
        request.email = "op@eu.example.org"
        request.groups = ["backend", "eu.north"]
        request.roles = ["gpu"]
        let own = try fixture.admission.admit(
            fixture.mint(request.authorityBlock).bytes, from: fixture.host, at: now)
        let forms = [
            ("group:backend", true), ("group:frontend", false), ("group:eu.*", true), ("group:us.*", false),
            ("email:*.org", true), ("email:*.com", false), ("role:*", true), ("role:gpu", true),
            ("user:operator", true),
            ("user:alice", false), ("group:research", false), (fixture.host.text, true), (fixture.alice.text, false),
            ("node:*", true), ("*", true),
        ]
        for (target, isAllowed) in forms {
            let token = try fixture.token(services: ["*"], targets: [target])
            let authorizer = try fixture.authorizer(own: own)
            #expect(
                try fixture.decide(token, with: authorizer).outcome == (isAllowed ? "allowed" : "target_not_allowed"),
                "\(target)")
        }
    }

    @Test func anExpiredTokenOfTheHostProvesNothing() throws {
        let fixture = try AuthorizationFixture()
        var request = TokenRequest(peer: fixture.host, expiry: now + .minutes(30))
        request.groups = ["backend"]
        let own = try fixture.admission.admit(fixture.mint(request.authorityBlock).bytes, from: fixture.host, at: now)
        let authorizer = try fixture.authorizer(own: own)
        let admitted = try fixture.admit(fixture.token(services: ["*"], targets: ["group:backend"]))
        let service = try #require(ServiceName(openrouter))
        let before = authorizer.authorize(admitted, service: service, peer: fixture.alice, at: now + .minutes(29))
        let after = authorizer.authorize(admitted, service: service, peer: fixture.alice, at: now + .minutes(31))
        #expect(before.isAllowed)
        #expect(after.outcome == "target_not_allowed")
        #expect(after.refusal?.message.contains("--target \(fixture.host)") == true)
    }

    @Test func aLocalAllowReplacesNoTargetCheck() throws {
        let fixture = try AuthorizationFixture()
        let authorizer = try fixture.authorizer(policies: ["allow if true"])
        let token = try fixture.token(services: ["*"], targets: ["group:elsewhere"])
        #expect(try fixture.decide(token, with: authorizer).outcome == "target_not_allowed")
    }

    @Test func localRulesDeriveWhatPoliciesUse() throws {
        let fixture = try AuthorizationFixture()
        let authorizer = try fixture.authorizer(
            rules: ["trusted($u) <- user($u), group(\"research\");"], policies: ["allow if trusted(\"alice\");"])
        #expect(try fixture.decide(fixture.token(), with: authorizer).isAllowed)
        #expect(try fixture.decide(fixture.token()).outcome == "service_not_granted")
    }

    @Test func theFirstMatchingLocalPolicyDecides() throws {
        let fixture = try AuthorizationFixture()
        let policies = ["deny if service(\"mcp\", $n)", "allow if true", "deny if true"]
        let authorizer = try fixture.authorizer(policies: policies)
        #expect(try fixture.decide(fixture.token(), with: authorizer).isAllowed)
        #expect(
            try fixture.decide(fixture.token(services: ["*"]), "mcp:x", with: authorizer).outcome == "denied_by_policy")
    }

    @Test func everyFormOfGrantThatSAMIssuesIsUnderstood() throws {
        let fixture = try AuthorizationFixture()
        for grant in [
            "granted_service_exact(\"inference\", \"openrouter\")",
            "granted_service_set(\"inference\", {\"openrouter\"})",
            "granted_service_prefix(\"inference\", \"open\")", "granted_service_suffix(\"inference\", \"router\")",
            "granted_service_all(\"inference\")",
        ] {
            var block = try fixture.request().authorityBlock
            block.facts.append(try Fact(source: grant))
            #expect(try fixture.decide(fixture.mint(block)).isAllowed, "\(grant)")
            #expect(try fixture.decide(fixture.mint(block), "mcp:openrouter").outcome == "service_not_granted")
        }
    }

    @Test func aCheckThatCannotBeCarriedOutIsARefusal() throws {
        let fixture = try AuthorizationFixture()
        for authorizer in [
            try fixture.authorizer(policies: ["allow if true"], checks: ["check if user($u), $u + 1 == 2"]),
            try fixture.authorizer(policies: ["allow if 1 / 0 == 1"]),
        ] {
            let refusal = try #require(try fixture.decide(fixture.token(services: ["*"]), with: authorizer).refusal)
            #expect(refusal.code == "token_unevaluable")
        }
    }

    @Test func aLocalStatementMustBeWhatItIsCalled() throws {
        var policy = LocalPolicy()
        let wrong: [(LocalPolicy.Kind, String)] = [
            (.check, "allow if true"), (.policy, "check if true"), (.rule, "check if true"), (.rule, "user(\"a\")"),
            (.check, ""), (.check, ";"), (.check, "check if true; check if true"), (.check, "check if"),
            (.policy, "deny if invalid datalog syntax"), (.check, "check if invalid check syntax"),
            (.rule, "invalid rule syntax"), (.rule, "a($x) <- b($y)"),
        ]
        for (kind, text) in wrong {
            #expect(throws: SyntaxError.self, "\(kind) \(text)") { try policy.add(kind, text) }
        }
        #expect(policy.isEmpty)
        for text in [
            "check if true", "check if true;", " check if true ; \n", "check all user($u), $u != \"x\"",
            "reject if user(\"x\")",
        ] {
            try policy.add(.check, text)
        }
        #expect(policy.checks.count == 5)
        #expect(throws: SyntaxError(line: 1, column: 1, message: "found rule, expected one check")) {
            try policy.add(.check, "a(1) <- true")
        }
    }

    @Test func aLongCheckIsCutInTheAnswerAndNotInTheLog() throws {
        let fixture = try AuthorizationFixture()
        let name = String(repeating: "x", count: 1_000)
        let authorizer = try fixture.authorizer(checks: ["check if group(\"\(name)\")"])
        let refusal = try #require(try fixture.decide(fixture.token(services: ["*"]), with: authorizer).refusal)
        #expect(refusal.message.count < 400)
        #expect(refusal.detail.contains(name))
    }
}

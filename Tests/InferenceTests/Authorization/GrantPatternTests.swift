import Biscuit
import Gossip
import Overlay
import Testing

@testable import Inference

@Suite struct GrantPatternTests {
    @Test(arguments: [
        ("*", "*"), ("*:*", "*"), ("inference:*", "inference:*"), ("mcp://*", "mcp:*"),
        ("inference:a.*", "inference:a.*"),
        ("mcp://*.b.c", "mcp:*.b.c"), ("inference://openrouter", "inference:openrouter"), ("a2a:x", "a2a:x"),
        ("system://sam.catalog", "system:sam.catalog"),
    ])
    func servicePatternsAreRead(_ text: String, _ canonical: String) throws {
        let pattern = try ServicePattern(parsing: text)
        #expect(pattern.description == canonical)
        #expect(try ServicePattern(parsing: canonical) == pattern)
    }

    @Test(arguments: [
        "", ":", "inference", "inference:", "inference:a*", "inference:*a", "inference:a.*.b", "inference:**", "*:a",
        "infrence:a", "inference:a b", "inference:.*", "inference:*.", "mcp:///a", "inference:a/b", "inference:a..b",
    ])
    func otherTextIsNoServicePattern(_ text: String) {
        #expect(throws: InvalidPattern.self) { try ServicePattern(parsing: text) }
    }

    @Test func targetPatternsAreRead() throws {
        let peer = PeerID(Overlay.PublicKey(bytes: .zero))
        let forms = [
            ("*", "*"), ("group:backend", "group:backend"), ("role:*", "role:*"), ("group:eu.*", "group:eu.*"),
            ("email:*.example.org", "email:*.example.org"), (peer.text, "node:\(peer)"),
            ("node:\(peer)", "node:\(peer)"),
            ("user:a:b", "user:a:b"), ("group://a", "group:a"), ("group:////a", "group:////a"),
        ]
        for (text, canonical) in forms {
            let pattern = try TargetPattern(parsing: text)
            #expect(pattern.description == canonical)
            #expect(try TargetPattern(parsing: pattern.description) == pattern)
        }
    }

    @Test(arguments: ["", "backend", "gruop:a", "group:", "node:abc", "group:a*", "*:a"])
    func otherTextIsNoTargetPattern(_ text: String) {
        #expect(throws: InvalidPattern.self) { try TargetPattern(parsing: text) }
    }

    @Test func theAuthorityBlockHasSAMsFactsInSAMsOrder() throws {
        let peer = PeerID(Overlay.PublicKey(bytes: .zero))
        var request = TokenRequest(peer: peer, expiry: WallTime(seconds: 1_800_000_000))
        request.user = "alice"
        request.email = "a@b.c"
        request.groups = ["g", "g", "h"]
        request.roles = [Vocabulary.routerRole]
        request.labels = try #require(LabelSet(parsing: "region=eu,gpu=8"))
        request.services = try ["inference:b", "mcp:x", "inference:a", "inference:b", "mcp:*", "inference:c.*"].map {
            text throws(InvalidPattern) in try ServicePattern(parsing: text)
        }
        let expected = [
            Fact("expiration", .date(1_800_000_000)), Fact("node", .string(peer.text)),
            Fact("client_peer_id", .string(peer.text)), Fact("label", "gpu", "8"), Fact("label", "region", "eu"),
            Fact("email", "a@b.c"), Fact("group", "g"), Fact("group", "h"), Fact("role", "sam:role:router"),
            Fact("user", "alice"), Fact("right", "relay"), Fact("granted_service_all", "mcp"),
            Fact("granted_service_prefix", "inference", "c."),
            Fact("granted_service_set", "inference", .set(["a", "b"])), Fact("granted_service_set", "mcp", .set(["x"])),
            Fact("target_unrestricted"),
        ]
        #expect(request.facts == expected)
    }

    @Test func targetsRestrict() throws {
        let peer = PeerID(Overlay.PublicKey(bytes: .zero))
        var request = TokenRequest(peer: peer, expiry: WallTime(seconds: 1))
        request.targets = [
            try TargetPattern(parsing: "group:a"), TargetPattern(peer), try TargetPattern(parsing: "role:x.*"),
        ]
        #expect(
            request.facts.suffix(4) == [
                Fact("target_restricted"), Fact("granted_target_prefix", "role", "x."),
                Fact("granted_target_set", "group", .set(["a"])),
                Fact("granted_target_set", "node", .set([.string(peer.text)])),
            ])
        request.targets.append(.everything)
        #expect(request.facts.last == Fact("target_unrestricted"))
        #expect(!request.facts.contains(Fact("target_restricted")))
    }

    @Test func timeIsWrittenAsPeopleReadIt() {
        let times: [(UInt64, String)] = [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_798_761_599, "2026-12-31T23:59:59Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
        ]
        for (seconds, text) in times { #expect(CalendarTime.text(WallTime(seconds: seconds)) == text) }
        #expect(CalendarTime.text(WallTime(milliseconds: .max)) == "9999-12-31T23:59:59Z")
    }
}

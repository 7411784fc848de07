import Testing

@testable import Biscuit

/// Tokens built by hand to probe every corner of the format, with the outcomes of the reference implementation.
@Suite(.enabled(if: Conformance.exists("generated"), Conformance.missing))
struct GeneratedTokenTests {
    @Test func tokens() throws {
        let file = try Conformance.json("generated/tokens.json")
        let tally = Tally("tokens.json")
        for testcase in file["cases"].array {
            let problem = problem(testcase)
            if testcase["tags"].strings.contains("quirk") {
                tally.report("quirk: the reference is lenient where the specification is not", agrees: problem == nil)
            } else {
                tally.record("\(testcase["id"].text) \(testcase["name"].text)", problem)
            }
        }
        tally.finish()
    }

    private func problem(_ testcase: JSON) -> String? {
        guard let bytes = testcase["token_hex"].hex else { return "no token" }
        let outcomes = testcase["authorize"].array
        let isRefusedAtBuild =
            !outcomes.isEmpty && outcomes.allSatisfy { $0["error"].string?.hasPrefix("build:") == true }
        do {
            let token = try Token.parse(bytes).verify(root: PublicKey(testcase["root_public_key"].string ?? ""))
            if testcase["accept"].bool != true { return "accepted" }
            if isRefusedAtBuild { return "accepted, the reference refuses to load it" }
            return tokenProblem(token, testcase) ?? outcomeProblem(token, outcomes)
        } catch {
            return testcase["accept"].bool == true && !isRefusedAtBuild ? "refused: \(error)" : nil
        }
    }

    private func tokenProblem(_ token: VerifiedToken, _ testcase: JSON) -> String? {
        let parsed = token.token
        if parsed.revocationIDs.map(Hexadecimal.encode) != testcase["revocation_ids"].strings {
            return "revocation ids"
        }
        if parsed.blockCount != testcase["block_count"].int { return "block count" }
        if parsed.rootKeyID.map(Int.init) != testcase["root_key_id"].int { return "root key id" }
        for (index, key) in testcase["external_keys"].array.enumerated()
        where parsed.externalKeys[index]?.description != key.string {
            return "external key of block \(index)"
        }
        for (index, source) in testcase["block_sources"].array.enumerated() {
            let ours = (try? parsed.blockSource(index)) ?? ""
            if !ReferenceText.agrees(ours, with: source.string) { return "source of block \(index): \(ours)" }
        }
        return nil
    }

    private func outcomeProblem(_ token: VerifiedToken, _ outcomes: [JSON]) -> String? {
        for outcome in outcomes {
            let ours = ReferenceText.authorize(token, outcome["code"].string ?? "")
            let theirs = ReferenceText.expected(outcome)
            if ours != theirs { return "\(outcome["code"].text): \(ours), expected \(theirs)" }
        }
        return nil
    }
}

import Testing

@testable import Biscuit

/// Snapshots of authorizers and evaluations, ours and the reference implementation's.
@Suite(.enabled(if: Conformance.exists("generated"), Conformance.missing))
struct SnapshotTests {
    private static let limits = RunLimits(maxFacts: 10_000, maxIterations: 1_000, maxSteps: 1_000_000_000)

    @Test func snapshots() throws {
        let tally = Tally("snapshots.json")
        for testcase in try Conformance.json("generated/snapshots.json")["cases"].array {
            let name = "\(testcase["id"].text) \(testcase["name"].text)"
            do {
                tally.record(name, try problem(testcase, tally))
            } catch {
                tally.record(name, "\(error)")
            }
        }
        tally.finish()
    }

    private func problem(_ testcase: JSON, _ tally: Tally) throws -> String? {
        var builder = try AuthorizerBuilder(testcase["authorizer_code"].string ?? "")
        let decoded = testcase["builder_snapshot_decoded"]["limits"]
        builder.limits = RunLimits(
            maxFacts: decoded["maxFacts"].int ?? 0, maxIterations: decoded["maxIterations"].int ?? 0,
            maxSteps: (decoded["maxTimeNs"].int ?? 0) / Int(RunLimits.nanosecondsPerStep))
        if builder.snapshot != testcase["builder_snapshot_hex"].hex {
            return "snapshot of the builder \(Hexadecimal.encode(builder.snapshot))"
        }
        let loaded = try AuthorizerBuilder(snapshot: builder.snapshot, limits: Self.limits)
        if loaded.source != builder.source { return "loaded builder \(loaded.source)" }
        let evaluation = try builder.build().bind(token(testcase)).evaluate()
        if let problem = compare(evaluation, testcase, "ours") { return problem }
        if let problem = try roundTripProblem(evaluation, testcase) { return problem }
        return try referenceProblem(testcase, tally)
    }

    private func token(_ testcase: JSON) throws -> VerifiedToken? {
        guard let bytes = testcase["token_hex"].hex, !bytes.isEmpty else { return nil }
        return try Token.parse(bytes).verify(root: PublicKey(testcase["root_public_key"].string ?? ""))
    }

    private func compare(_ evaluation: Evaluation, _ testcase: JSON, _ whose: String) -> String? {
        let outcome: String
        do {
            let result = try evaluation.authorize()
            outcome = result.isAllowed ? "ok \(result.policy?.index ?? -1)" : ReferenceText.outcome(result)
        } catch {
            outcome = ReferenceText.outcome(error)
        }
        let expected = ReferenceText.expected(testcase["authorize"])
        if outcome != expected { return "\(whose): \(outcome), expected \(expected)" }
        for query in testcase["queries"].keys {
            let facts = try? evaluation.query(Rule(source: query)).map(\.description).sorted()
            if facts != testcase["queries"][query].strings { return "\(whose): \(query) gave \(facts ?? [])" }
        }
        return nil
    }

    /// What we save must be what we load.
    private func roundTripProblem(_ evaluation: Evaluation, _ testcase: JSON) throws -> String? {
        let again = try Evaluation(snapshot: evaluation.snapshot, limits: Self.limits)
        if again.world != evaluation.world { return "world after a round trip \(again.world)" }
        if again.snapshot != evaluation.snapshot { return "snapshot after a round trip" }
        let expected = testcase["snapshot_after_run_decoded"]["world"]["iterations"].int
        if evaluation.world.iterations != expected { return "iterations \(evaluation.world.iterations)" }
        return compare(again, testcase, "loaded again")
    }

    private func referenceProblem(_ testcase: JSON, _ tally: Tally) throws -> String? {
        for (key, outcome) in [
            ("snapshot_before_run_hex", "authorize_from_before_run"),
            ("snapshot_after_run_hex", "authorize_from_after_run"),
        ] {
            let evaluation = try Evaluation(snapshot: testcase[key].hex ?? [], limits: Self.limits)
            let problem = compare(evaluation, testcase, key)
            if testcase[outcome]["snapshot_load_error"].exists {
                tally.report("snapshots the reference cannot load itself", agrees: problem == nil)
            } else if let problem {
                return problem
            }
        }
        return nil
    }
}

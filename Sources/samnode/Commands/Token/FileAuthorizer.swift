import Biscuit
import Inference
import Overlay

/// Judges tokens by an authorizer that somebody wrote into a file, in place of what a node demands.
struct FileAuthorizer {
    /// As it was named on the command line.
    let path: String
    private let authorizer: Authorizer

    /// - Parameters:
    ///   - facts: stated besides those of the file.
    ///   - now: stated as `time`, unless the file or `facts` state one.
    init(path: String, facts: [Fact], now: WallTime) throws(ConsoleError) {
        self.path = path
        var builder = try DatalogInput.read(path, "authorizer") { source throws(SyntaxError) in
            try AuthorizerBuilder(source)
        }
        builder.facts += facts
        if !builder.facts.contains(where: { $0.name == Vocabulary.time }) {
            builder.facts.append(Fact(Vocabulary.time, .date(now.seconds)))
        }
        do throws(DatalogError) {
            authorizer = try builder.build()
        } catch {
            throw ConsoleError(.data, "\(path): \(error); correct the authorizer")
        }
    }

    func evaluate(_ token: VerifiedToken) throws(ExecutionError) -> Evaluation {
        try authorizer.bind(token).evaluate()
    }

    /// Why the answer is no: a word for machines and a line for people; `nil` when it is yes.
    func refusal(_ outcome: Authorization) -> (code: String, message: String)? {
        if let failed = outcome.failedChecks.first {
            let others = outcome.failedChecks.count - 1
            let more = others == 0 ? "" : " (and \(others) more)"
            let message =
                "check \(failed.index) of \(failed.origin) fails\(more): \(failed.source); "
                + "state with --fact what it asks for, or see with --explain what is known"
            return ("check_failed", message)
        }
        guard let policy = outcome.policy else {
            return (
                "no_policy", "no policy of \(path) matches; add one, or see with --explain what is known"
            )
        }
        guard policy.kind == .deny else { return nil }
        return (
            "denied_by_policy", "policy \(policy.index) of \(path) denies: \(policy.source); change what it matches"
        )
    }
}

import Biscuit
import Gossip

/// Says in words why a request was refused.
extension ServiceAuthorizer {
    /// The most telling reason first: what the token lacks, then what this node demands.
    func explain(_ outcome: Authorization, admitted: Admitted, service: ServiceName) -> Decision.Refusal {
        let detail = outcome.description
        let refusal = { (status: Int, code: String, message: String) in
            Decision.Refusal(status: status, code: code, message: message, detail: detail)
        }
        if let failed = outcome.failedChecks.first { return explain(failed, service: service, refusal: refusal) }
        guard outcome.policy != nil else {
            return refusal(
                403, "service_not_granted",
                "the token of \(admitted.name) does not grant \(service); "
                    + "ask for one issued with --service '\(service)'")
        }
        return refusal(
            403, "denied_by_policy",
            "a policy of this host denies \(service) to \(admitted.name); only its operator can change that")
    }

    private func explain(
        _ failed: Authorization.FailedCheck, service: ServiceName,
        refusal: (Int, String, String) -> Decision.Refusal
    ) -> Decision.Refusal {
        let quoted = quote(failed.source)
        guard case .authorizer = failed.origin else {
            return refusal(
                403, "token_check_failed",
                "the token was narrowed and does not reach \(service) here and now: \(failed.origin) demands \(quoted)")
        }
        guard failed.index >= localCheckCount else {
            return refusal(
                403, "check_failed",
                "this host demands of every caller: \(quoted); ask for a token that satisfies it")
        }
        switch Baseline.RequiredCheck.allCases[failed.index - localCheckCount] {
        case .replay:
            return refusal(
                401, "token_not_bound", "the token does not belong to the peer that shows it; issue one with --peer")
        case .expiry:
            return refusal(401, "token_expired", "the token has expired; issue a new one")
        case .target:
            return refusal(
                403, "target_not_allowed",
                "the token may not be used at this host; ask for one issued with --target \(node)")
        }
    }

    private func quote(_ source: String) -> String {
        let limit = settings.longestQuote
        return source.count <= limit ? source : source.prefix(limit) + "…"
    }
}

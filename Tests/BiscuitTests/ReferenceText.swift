@testable import Biscuit

/// The outcome of an authorization in the words of the reference implementation.
enum ReferenceText {
    static func outcome(_ result: Authorization) -> String {
        let checks = result.failedChecks.map { "Check n°\($0.index) in \(place($0.origin)): \($0.source)" }
        let reason: String
        switch result.policy {
        case nil: reason = "no matching policy was found"
        case .some(let policy):
            let kind = policy.kind == .allow ? "an allow" : "a deny"
            reason = "\(kind) policy matched (policy index: \(policy.index))"
        }
        let list = checks.isEmpty ? "" : " " + checks.joined(separator: ", ")
        return "authorization failed: \(reason), and the following checks failed:\(list)"
    }

    private static func place(_ origin: BlockOrigin) -> String {
        switch origin {
        case .authorizer: "authorizer"
        case .block(let index): "block n°\(index)"
        }
    }

    static func outcome(_ error: ExecutionError) -> String {
        "Datalog  execution failure: \(name(error))"
    }

    static func name(_ error: ExecutionError) -> String {
        switch error {
        case .overflow: "Overflow"
        case .divisionByZero: "Division by zero"
        case .invalidType: "Invalid type"
        case .unknownVariable: "Unknown variable"
        case .shadowedVariable: "Shadowed variable"
        case .invalidStack: "Wrong number of elements on stack"
        default: "\(error)"
        }
    }

    /// What the outcome is compared as: the index of the allowing policy, or the refusal.
    static func authorize(_ token: VerifiedToken?, _ source: String) -> String {
        do {
            let result = try AuthorizerBuilder(source).build().authorize(token)
            return result.isAllowed ? "ok \(result.policy?.index ?? -1)" : outcome(result)
        } catch let error as ExecutionError {
            return outcome(error)
        } catch {
            return "\(error)"
        }
    }

    static func expected(_ authorize: JSON) -> String {
        if let index = authorize["ok"].int { return "ok \(index)" }
        return authorize["error"].string ?? authorize.text
    }

    /// Whether a printed text is what the reference prints.
    ///
    /// Two differences are ours by intent, because our text parses to the same block: the reference prints strings
    /// without escapes, and leaves out the default scope of a block.
    static func agrees(_ ours: String, with theirs: String?) -> Bool {
        guard var theirs else { return false }
        // An empty list of failed checks leaves a space at the end.
        if theirs.hasSuffix(": ") { theirs.removeLast() }
        if ours == theirs { return true }
        var plain = ours
        if plain.hasPrefix("trusting "), let end = plain.firstIndex(of: "\n") {
            plain = String(plain[plain.index(after: end)...])
        }
        return unescaped(plain) == theirs
    }

    private static func unescaped(_ text: String) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                result.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        return result
    }
}

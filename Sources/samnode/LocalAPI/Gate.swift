import Inference

/// Decides who may use the local API, and takes the credentials out of a request before it goes any further.
struct Gate: Sendable {
    /// What a path accepts as a token.
    enum Rule: Sendable {
        /// Anybody may ask.
        case open
        /// `X-Sam-Authentication`, `Authorization`, `x-api-key` or `api-key`.
        case anyCredential
        /// `X-Sam-Authentication` only; the other fields are for the provider.
        case ownFieldOnly
    }

    private static let ownField = "x-sam-authentication"
    private static let clientFields = ["authorization", "x-api-key", "api-key"]

    /// Nil where the listener itself is the gate: a Unix socket of mode 0600.
    private let token: APIToken?

    init(token: APIToken?) {
        self.token = token
    }

    /// The fields that may go on.
    ///
    /// On the facade nobody knows in advance which host will answer, so a client's credentials stay here unless it showed
    /// the token in the field of its own and so gave the others another meaning. No field that holds the token survives.
    /// - Throws: 401 or 403.
    func admit(_ fields: [HeaderField], under rule: Rule) throws(OpenAIError) -> [HeaderField] {
        switch rule {
        case .open: return fields
        case .ownFieldOnly:
            try check(Self.shown(fields, in: [Self.ownField]), missing: "\"X-Sam-Authentication\"", wrong: .forbidden)
            return withoutToken(fields)
        case .anyCredential:
            let own = Self.shown(fields, in: [Self.ownField])
            if !own.isEmpty {
                try check(own, missing: "", wrong: .unauthorized)
                return withoutToken(fields)
            }
            let credentials = Self.shown(fields, in: Self.clientFields)
            try check(credentials, missing: "\"X-Sam-Authentication\" or \"Authorization\"", wrong: .unauthorized)
            return fields.filter { !Self.clientFields.contains($0.name.lowercased()) }
        }
    }

    private enum WrongToken {
        case unauthorized
        case forbidden
    }

    private func check(_ shown: [Substring], missing: String, wrong: WrongToken) throws(OpenAIError) {
        guard let token else { return }
        guard !shown.isEmpty else {
            throw .missingToken("Unauthorized: missing \(missing) header with \"Bearer <token>\"")
        }
        // Every one is compared, so that the time does not tell which of them was right.
        guard shown.filter({ token.matches($0) }).isEmpty else { return }
        switch wrong {
        case .unauthorized: throw .missingToken("Unauthorized: the token is not the one of this node")
        case .forbidden: throw .forbidden("Forbidden")
        }
    }

    private func withoutToken(_ fields: [HeaderField]) -> [HeaderField] {
        fields.filter { field in
            let name = field.name.lowercased()
            guard name != Self.ownField else { return false }
            guard let token, Self.clientFields.contains(name) else { return true }
            return !token.matches(Self.secret(of: field) ?? "")
        }
    }

    private static func shown(_ fields: [HeaderField], in names: [String]) -> [Substring] {
        fields.compactMap { names.contains($0.name.lowercased()) ? secret(of: $0) : nil }
    }

    /// What follows `Bearer`, or the whole value of the two key fields; nil for another scheme.
    private static func secret(of field: HeaderField) -> Substring? {
        let name = field.name.lowercased()
        if name == "x-api-key" || name == "api-key" { return field.value[...] }
        let scheme = "bearer "
        guard field.value.lowercased().hasPrefix(scheme) else { return nil }
        return field.value.dropFirst(scheme.count).drop { $0 == " " }
    }
}

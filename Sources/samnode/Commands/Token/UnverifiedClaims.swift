import Biscuit
import Inference
import Overlay

/// What the authority block of a token says before any signature was checked: for showing, never for deciding.
struct UnverifiedClaims {
    /// The first peer that the token says it belongs to.
    let peer: PeerID?
    /// The latest, as the check on it would have it.
    let expiry: WallTime?

    init(_ token: Token) {
        let source = (try? token.blockSource(0)) ?? ""
        peer =
            Self.terms(Vocabulary.clientPeer, in: source).lazy.compactMap { term -> PeerID? in
                guard case .string(let text) = term else { return nil }
                return try? PeerID(text: text)
            }.first
        expiry = Self.terms(Vocabulary.expiration, in: source).compactMap { term -> WallTime? in
            guard case .date(let seconds) = term else { return nil }
            return WallTime(seconds: seconds)
        }.max()
    }

    /// The single terms of the facts with a name. Read line by line, as blocks are printed: some of SAM's facts can be
    /// printed but not parsed, so that a whole block need not be source text.
    private static func terms(_ name: String, in source: String) -> [Term] {
        source.split(separator: "\n").filter { $0.hasPrefix("\(name)(") }.compactMap { line in
            guard let fact = try? Fact(source: String(line)), fact.terms.count == 1 else { return nil }
            return fact.terms.first
        }
    }
}

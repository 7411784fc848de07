import Biscuit
import Gossip
import Overlay

/// What the authority block says about its owner, read from an evaluated token. Facts of other blocks are not seen.
struct Claims {
    let clientPeers: [String]
    let nodes: [String]
    let users: [String]
    let emails: [String]
    let groups: [String]
    let roles: [String]
    let rights: [String]
    let labels: [Label]
    /// The latest, because the check on it holds while any of them is ahead; `nil` when there is none.
    let expiry: WallTime?

    init(_ evaluation: Evaluation) throws(AdmissionRefusal) {
        clientPeers = try Self.texts(Vocabulary.clientPeer, in: evaluation)
        nodes = try Self.texts(Vocabulary.node, in: evaluation)
        users = try Self.texts(Vocabulary.user, in: evaluation)
        emails = try Self.texts(Vocabulary.email, in: evaluation)
        groups = try Self.texts(Vocabulary.group, in: evaluation)
        roles = try Self.texts(Vocabulary.role, in: evaluation)
        rights = try Self.texts(Vocabulary.right, in: evaluation)
        labels = try Self.labels(in: evaluation)
        expiry = try Self.terms(Vocabulary.expiration, count: 1, in: evaluation).compactMap { terms in
            if case .date(let seconds) = terms[0] { WallTime(seconds: seconds) } else { nil }
        }.max()
    }

    /// Strings under a name, in the order of their bytes.
    private static func texts(_ name: String, in evaluation: Evaluation) throws(AdmissionRefusal) -> [String] {
        try terms(name, count: 1, in: evaluation).compactMap { terms in
            if case .string(let text) = terms[0] { text } else { nil }
        }
    }

    private static func labels(in evaluation: Evaluation) throws(AdmissionRefusal) -> [Label] {
        try terms(Vocabulary.label, count: 2, in: evaluation).compactMap { terms in
            guard case .string(let key) = terms[0], case .string(let value) = terms[1] else { return nil }
            return Label(key: key, value: value)
        }
    }

    /// The terms of the facts with a name, in their order; each row has `count` of them.
    private static func terms(
        _ name: String, count: Int, in evaluation: Evaluation
    ) throws(AdmissionRefusal) -> [[Term]] {
        let variables = (0..<count).map { Term.variable("v\($0)") }
        let predicate = Predicate(name, variables)
        do throws(ExecutionError) {
            let facts = try evaluation.query(Rule(head: predicate, body: [predicate]))
            return facts.map(\.terms).filter { $0.count == count }.sorted { $0.lexicographicallyPrecedes($1) }
        } catch {
            throw .unevaluable(error.description)
        }
    }
}

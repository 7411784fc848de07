import Gossip

/// Labels that a host's own token has to attest before it gets a request. What a host says of itself in the catalog is
/// no proof; the token that it shows in the circuit's handshake is signed by the mesh's root.
struct LabelDemand: Hashable, Sendable {
    /// The request's own demand travels in this field as far as the caller's node, which takes it out.
    static let field = "x-sam-required-labels"

    /// The operator's: every one of them.
    var all: LabelSet
    /// The request's: at least one of them, if there are any.
    var any: LabelSet

    /// Takes the request's demand out of its head; nil when it is malformed.
    init?(takingFrom head: inout RequestHead, all: LabelSet) {
        self.all = all
        any = .empty
        guard let text = head.fields.first(Self.field) else { return }
        guard let labels = LabelSet(parsing: text), !labels.labels.isEmpty else { return nil }
        any = labels
        head.fields.removeAll { $0.name.lowercased() == Self.field }
    }

    /// What the attested labels lack, in words; nil when they are enough.
    func complaint(about attested: [Label]) -> String? {
        let missing = all.labels.filter { !attested.contains($0) }
        guard missing.isEmpty else { return "the host's token does not attest \(Self.words(missing))" }
        guard !any.labels.isEmpty, !any.labels.contains(where: attested.contains) else { return nil }
        return "the host's token attests none of \(Self.words(any.labels))"
    }

    private static func words(_ labels: [Label]) -> String { labels.map(\.description).joined(separator: ", ") }
}

import Biscuit
import Gossip
import Overlay

/// What a token is to say: who it belongs to, what it grants, where and until when.
public struct TokenRequest: Sendable {
    /// The peer that the token is bound to; no other can use it.
    public var peer: PeerID
    public var user: String?
    public var email: String?
    public var groups: [String] = []
    public var roles: [String] = []
    /// Empty grants no service: such a token joins the mesh and offers, but calls nobody.
    public var services: [ServicePattern] = []
    /// Empty restricts nothing: the token may be used at every node.
    public var targets: [TargetPattern] = []
    public var labels: LabelSet = .empty
    public var expiry: WallTime

    public init(peer: PeerID, expiry: WallTime) {
        self.peer = peer
        self.expiry = expiry
    }

    /// The facts of the authority block, in SAM's order and each once.
    public var facts: [Fact] {
        var facts = [
            Fact(Vocabulary.expiration, .date(expiry.seconds)),
            Fact(Vocabulary.node, .string(peer.text)),
            Fact(Vocabulary.clientPeer, .string(peer.text)),
        ]
        facts += labels.labels.map { Fact(Vocabulary.label, .string($0.key), .string($0.value)) }
        if let email { facts.append(Fact(Vocabulary.email, .string(email))) }
        facts += groups.map { Fact(Vocabulary.group, .string($0)) }
        facts += roles.map { Fact(Vocabulary.role, .string($0)) }
        if let user { facts.append(Fact(Vocabulary.user, .string(user))) }
        if roles.contains(Vocabulary.routerRole) {
            facts.append(Fact(Vocabulary.right, .string(Vocabulary.relayRight)))
        }
        facts += serviceFacts + targetFacts
        var seen: Set<Fact> = []
        return facts.filter { seen.insert($0).inserted }
    }

    /// The block to sign with the mesh's root key.
    public var authorityBlock: BlockBuilder {
        var block = BlockBuilder()
        block.facts = facts
        return block
    }

    private var serviceFacts: [Fact] {
        guard !services.contains(.everything) else { return [Fact(Vocabulary.grantedServiceAllTypes)] }
        let grants = services.compactMap { pattern -> (subject: String, extent: GrantExtent)? in
            guard case .type(let type, let extent) = pattern.reach else { return nil }
            return (type, extent)
        }
        return GrantFacts.facts(grants, names: .services)
    }

    private var targetFacts: [Fact] {
        let isRouter = roles.contains(Vocabulary.routerRole)
        guard !isRouter, !targets.isEmpty, !targets.contains(.everything) else {
            return [Fact(Vocabulary.targetUnrestricted)]
        }
        let grants = targets.compactMap { pattern -> (subject: String, extent: GrantExtent)? in
            guard case .fact(let fact, let extent) = pattern.reach else { return nil }
            return (fact, extent)
        }
        return [Fact(Vocabulary.targetRestricted)] + GrantFacts.facts(grants, names: .targets)
    }
}

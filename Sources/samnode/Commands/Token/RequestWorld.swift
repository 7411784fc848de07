import Biscuit
import Gossip
import Inference
import Overlay

/// What is known about a token when a service is asked for: for showing, never for deciding.
///
/// Facts that a node's built-in rules about targets would derive are not among them; no decision is taken from here.
struct RequestWorld {
    var policy: LocalPolicy
    /// The peer that shows the token.
    var peer: PeerID
    /// The host that is asked, if it is known.
    var host: PeerID?
    var service: ServiceName
    var now: WallTime

    /// `nil` for Datalog that cannot be carried out; the decision says why.
    func evaluate(_ token: VerifiedToken) -> World? {
        var builder = AuthorizerBuilder()
        builder.rules = policy.rules
        builder.facts = [
            Fact(Vocabulary.time, .date(now.seconds)), Fact(Vocabulary.connectionPeer, .string(peer.text)),
            Fact(Vocabulary.service, .string(service.type.text), .string(service.name)),
        ]
        if let host {
            builder.facts.append(Fact(Vocabulary.targetFact, .string(Vocabulary.node), .string(host.text)))
        }
        builder.limits = AuthorizationSettings().run
        return try? builder.build().bind(token).evaluate().world
    }
}

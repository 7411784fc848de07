import Gossip
import Overlay

extension Peer {
    /// Runs an entry of the membership and carries out what it asks for.
    mutating func withMembership(
        at now: Moment, into outbox: inout PeerOutbox,
        _ body: (inout Membership, inout [MembershipAction]) -> Void
    ) {
        var actions: [MembershipAction] = []
        body(&membership, &actions)
        for action in actions {
            switch action {
            case .send(let message, let peer):
                guard let link = links.usableLink(to: peer) else { continue }
                outbox.append(.send(.membership(message), on: link))
            case .activated(let peer):
                let abilities = links.usableLink(to: peer).flatMap { links[$0] }?.abilities ?? Abilities()
                withMesh(at: now, into: &outbox) { $0.neighborUp(peer, with: abilities.gossip, at: now, into: &$1) }
            case .deactivated(let peer):
                withMesh(at: now, into: &outbox) { $0.neighborDown(peer, at: now, into: &$1) }
            case .connect(let contact):
                if !dial(contact.contact, at: now, into: &outbox) { membership.notLinked(contact.peer) }
            case .drop:
                counters.drop(.membership)
            }
        }
    }
}

extension LinkDirection {
    /// Whose choice the link was.
    var origin: LinkOrigin {
        switch self {
        case .outbound: .outbound
        case .inbound: .inbound
        }
    }
}

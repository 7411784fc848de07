import Gossip
import Inference
import Overlay

/// What a message is for, as traffic is counted.
public enum MessageKind: Int, CaseIterable, Sendable {
    case hello
    case verdict
    case findNode
    case nodes
    case contact
    case push
    case supply
    case have
    case want
    case compare
    case difference
    case lack
    case summaries
    case unlinked
    /// What travels on circuit streams.
    case circuit
    /// Packets of real datagrams, which are sealed.
    case datagram
    /// Asking for, placing and telling advertisements of services.
    case advertisement
    /// Who is a neighbour of whom.
    case membership
    /// What neighbours have and do not push.
    case announce
    case graft
    case prune
    case tally
    case revocations
    /// How busy a service is.
    case load
    /// What a calendar shows.
    case calendar
    /// Dial-backs, and asking for them.
    case dialBack

    public init(_ message: LinkMessage) {
        switch message {
        case .hello: self = .hello
        case .verdict: self = .verdict
        case .unlinked: self = .unlinked
        case .kademlia(.findNode): self = .findNode
        case .kademlia(.nodes): self = .nodes
        case .kademlia(.contact): self = .contact
        case .kademlia(.askTicket), .kademlia(.register), .kademlia(.registration),
            .kademlia(.findAdvertisements), .kademlia(.advertisements):
            self = .advertisement
        case .kademlia(.askDialBack), .kademlia(.dialBack): self = .dialBack
        case .gossip(let message): self.init(message.kind)
        case .membership: self = .membership
        case .load: self = .load
        case .calendar: self = .calendar
        }
    }

    private init(_ kind: GossipMessage.Kind) {
        switch kind {
        case .push, .packedPush, .widePush: self = .push
        case .supply, .packedSupply: self = .supply
        case .have: self = .have
        case .want: self = .want
        case .compare, .compareShards: self = .compare
        case .difference, .narrow: self = .difference
        case .lack: self = .lack
        case .summaries: self = .summaries
        case .announce: self = .announce
        case .graft: self = .graft
        case .prune: self = .prune
        case .tally: self = .tally
        case .revocations: self = .revocations
        }
    }

    /// Whether it serves to bring entries to all nodes.
    public var isGossip: Bool {
        switch self {
        case .push, .supply, .have, .want, .compare, .difference, .lack, .summaries, .announce, .graft, .prune: true
        case .hello, .verdict, .findNode, .nodes, .contact, .unlinked, .circuit, .datagram, .advertisement, .membership,
            .tally, .revocations, .load, .calendar, .dialBack:
            false
        }
    }

    /// As printed.
    public var name: String {
        switch self {
        case .findNode: "find node"
        case .dialBack: "dial-back"
        default: "\(self)"
        }
    }
}

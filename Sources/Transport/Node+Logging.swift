import Gossip
import Inference
import Overlay

extension Node {
    /// What a change of the catalog looks like in the log. A sequence number is at least the milliseconds since 1970 at which
    /// the publisher signed the entry, so that such a line shows how long it took to come here.
    func text(of change: CatalogChange) -> String {
        guard let entry = peer.mesh.catalog[change.peer] else { return "does not list \(change.peer) any more" }
        return "lists \(change.peer) with sequence \(entry.sequence)"
    }
}

extension LinkMessage {
    /// What kind of message it is, as one word for logs.
    var kindText: String {
        switch self {
        case .hello: "hello"
        case .verdict: "verdict"
        case .kademlia(.findNode): "findNode"
        case .kademlia(.nodes): "nodes"
        case .kademlia(.contact): "contact"
        case .kademlia(.askTicket): "askTicket"
        case .kademlia(.register): "register"
        case .kademlia(.registration): "registration"
        case .kademlia(.findAdvertisements): "findAdvertisements"
        case .kademlia(.advertisements): "advertisements"
        case .kademlia(.askDialBack): "askDialBack"
        case .kademlia(.dialBack): "dialBack"
        case .gossip(let message): "\(message.kind)"
        case .membership(let message): "\(message.kind)"
        case .unlinked: "unlinked"
        case .load: "load"
        case .calendar: "calendar"
        }
    }
}

/// The systems that the node is compared with, by the names that reports give them.
public enum ControlSystem: String, CaseIterable, Hashable, Sendable {
    /// Kademlia as go-libp2p-kad-dht runs it: no proximity, no disjoint paths, no checks of answers.
    case plainKademlia = "plain-kademlia"
    /// The gossipsub 1.1 mesh with scores, one topic.
    case gossipsub = "gossipsub-1.1"
    /// Every new entry goes to all neighbours but the one that it came from.
    case flooding
    /// SWIM with suspicion and incarnations, and the intervals of memberlist, without Lifeguard.
    case swim
}

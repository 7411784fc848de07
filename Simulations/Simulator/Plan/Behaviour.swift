/// What a malicious node does beside running the protocol, which it runs as everybody does.
public enum Behaviour: Hashable, Sendable {
    /// Takes everything in and answers nothing.
    case blackHole
    /// Answers searches with its accomplices only: the nodes of the same fault.
    case misrouting
    /// Sends entries with wrong signatures, of other meshes, over, dated ahead and too long; as many a second.
    case poisoning(perSecond: UInt64)
    /// Sends old entries of others again, as many a second.
    case replay(perSecond: UInt64)
    /// Signs two entries with one sequence number and tells half of its neighbours each.
    case equivocation
    /// Sends valid messages that nobody asked for, as many a second.
    case flooding(perSecond: UInt64)
    /// Links to one node and to nobody else, again as soon as it is thrown out.
    case eclipse(victim: NodeIndex)
    /// Its key lies next to the key of one node or service, as if ground.
    case sybil(near: NodeIndex)
}

import Overlay

/// What a ``Mesh`` asks of its driver.
public enum MeshAction: Hashable, Sendable {
    /// Send this over the link to a neighbour; a message that cannot be sent may be dropped.
    case send(GossipMessage, to: PeerID)
    /// The list of live entries is different now.
    case changed(CatalogChange)
    /// These are not valid any more, since now; ``Mesh/revocations`` has all of them.
    case revoked([Revocation])
    /// Something from a neighbour, or from an earlier snapshot, was not used.
    case drop(DropReason, from: PeerID)
}

/// Why something that came in was not used.
public enum DropReason: Hashable, Sendable {
    /// An entry was refused.
    case entry(Refusal)
    /// A revocation was refused.
    case revocation(RevocationRefusal)
    /// From a peer that is not a neighbour.
    case notANeighbor
    /// There is no room for a further neighbour.
    case tooManyNeighbors
    /// More unasked entries than ``GossipSettings/intakeBurst`` and ``GossipSettings/intakeInterval`` allow; the rest
    /// of the message was not looked at.
    case intakeRate
    /// More questions than ``GossipSettings/answerBurst`` and ``GossipSettings/answerInterval`` allow.
    case answerRate
    /// An answer without a question, or too late.
    case unexpectedAnswer
    /// More entries in an answer than were asked for.
    case excessiveAnswer
    /// A message about ranges that is none.
    case malformedRanges
    /// A comparison that took more than ``GossipSettings/sessionRounds``; the rest is left to the next.
    case tooManyRounds
    /// No room to remember what else the neighbour has.
    case fetchQueueFull
    /// No room to wait for what else the neighbour announced.
    case missingFull

    /// True when no honest node behaves like this, whatever its clock and tables; the link may be ended.
    public var provesMisbehavior: Bool {
        switch self {
        case .entry(let refusal): refusal.provesMisbehavior
        case .revocation(let refusal): refusal.provesMisbehavior
        case .excessiveAnswer, .malformedRanges: true
        case .notANeighbor, .tooManyNeighbors, .intakeRate, .answerRate, .unexpectedAnswer, .fetchQueueFull,
            .tooManyRounds, .missingFull:
            false
        }
    }
}

import Overlay

/// What became of a wish to announce something.
public enum Publication: Hashable, Sendable {
    /// On its way to the neighbours under this sequence number.
    case announced(sequence: UInt64)
    /// The node changes its entry too often; the last wish is announced at this time.
    case waiting(until: Instant)
    /// It is what the mesh knows already, or there is nothing to withdraw.
    case unchanged
    /// A bound is broken; what was announced before stays.
    case invalid(InvalidContents)
    /// The entry would be longer than allowed, in bytes; what was announced before stays.
    case tooLong(length: Int, limit: Int)
}

import Overlay

/// An honest publisher signed an entry, or took its entry back.
public struct Publication: Hashable, Sendable {
    public let publisher: NodeIndex
    /// Nil when it took its entry back.
    public let sequence: UInt64?
    public let time: VirtualTime

    public init(by publisher: NodeIndex, sequence: UInt64?, at time: VirtualTime) {
        self.publisher = publisher
        self.sequence = sequence
        self.time = time
    }
}

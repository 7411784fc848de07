import Overlay

/// One part of a message: what its sender says of the items between the end of the part before and ``upper``.
struct ReconciledRange: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        /// Nothing more to be done here.
        case skip
        /// What the sender's items come to.
        case fingerprint(RangeFingerprint)
        /// All the ids that the sender has here.
        case idList([Bytes32])
    }

    /// Numbers on the wire.
    enum Mode: UInt64 {
        case skip = 0
        case fingerprint = 1
        case idList = 2
    }

    let upper: RangeBound
    let content: Content
}

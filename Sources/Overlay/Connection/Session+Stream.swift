extension Session {
    /// What a stream is used for, and how far it has come.
    enum Stream: Sendable {
        /// Opened here; the answer to the proposal is awaited.
        case proposing(MultistreamInitiator, Bytes, Purpose)
        /// Opened by the other side; its proposal is awaited.
        case answering(MultistreamResponder, Bytes)
        /// In the hands of the connection's owner.
        case application
        /// The other side's identify answer is coming.
        case identifying(IdentifyReader)
        /// Pings of this side.
        case pinging
        /// Pings of the other side; the number is how much of the next one has come.
        case echoing(Int)
        /// Everything has been said; the other side has to end it.
        case ending

        /// Whether the stream is reset when its time is over.
        var hasDeadline: Bool {
            switch self {
            case .proposing, .answering, .identifying, .pinging, .ending: true
            case .application, .echoing: false
            }
        }
    }

    /// What a stream was opened here for.
    enum Purpose: Hashable, Sendable {
        case application, identify, ping
    }

    /// When a stream is looked at again.
    struct Deadline: Sendable {
        var at: Instant
        var stream: UInt32
    }
}

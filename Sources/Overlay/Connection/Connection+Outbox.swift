extension Connection {
    /// What one or more entries want the driver to do. The driver empties it completely before the next entry: first
    /// `bytes` to the socket, in order, then `events` to whoever owns the connection.
    public struct Outbox: Sendable {
        /// To be sent, in this order.
        public var bytes: [Bytes] = []
        /// What happened, in this order.
        public var events: [Event] = []

        /// Empty.
        public init() {}
    }

    /// What a connection tells its owner.
    public enum Event: Hashable, Sendable {
        /// The other side has proved to be this peer; streams may be opened from now on.
        case established(PeerID)
        /// The other side opened a stream and both agreed on the protocol.
        case streamOpened(StreamID, String)
        /// The other side agreed to the protocol of a stream opened here.
        case streamAccepted(StreamID)
        /// A stream opened here came to nothing, for the reason given; its number is not used again.
        case streamRefused(StreamID, StreamRefusal)
        /// Bytes of a stream. The window opens again only when they are reported as consumed.
        case streamData(StreamID, Bytes)
        /// The other side will send nothing more on the stream; this side still may.
        case streamFinished(StreamID)
        /// The stream is over in both directions, abruptly; its number is not used again.
        case streamReset(StreamID)
        /// The unsent bytes of the stream fell to the low-water mark after having been above it.
        case streamWritable(StreamID)
        /// What the other side says of itself; comes once, after `established`, from peers that answer identify.
        case identified(IdentifyInfo)
        /// The other side answered a ping after this time.
        case pinged(TimeSpan)
        /// The other side sent a ping, which has been answered.
        case pingReceived
        /// The connection is over; the driver closes the socket after the last bytes. No event follows, and every
        /// stream is over too.
        case closed(CloseReason)
    }

    /// Why a stream opened here did not come about.
    public enum StreamRefusal: Hashable, Sendable {
        /// The other side does not support the protocol.
        case protocolNotSupported
        /// The other side closed or reset the stream instead of answering.
        case closedByPeer
        /// No answer within ``ConnectionSettings/streamOpenTimeout``.
        case timedOut
        /// The answer was not multistream-select.
        case badNegotiation
        /// As many streams as ``ConnectionSettings/maximumOutboundStreams`` are open already, or the numbers ran out.
        case tooManyStreams
        /// The connection is not established, is closing, or is closed.
        case notConnected
    }
}

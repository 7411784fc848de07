/// One TCP connection from its first byte to streams: multistream-select, Noise, yamux, identify and ping,
/// wire-compatible with libp2p.
///
/// A value without sockets, clocks or tasks. The driver puts in what happens: ``start(at:into:)`` once,
/// ``receive(_:at:into:)`` for bytes, ``wake(at:into:)`` at ``nextDeadline``, ``setWritable(_:at:into:)`` when the
/// socket's queue fills or drains, ``disconnected(at:into:)`` at the socket's end, and the commands of the connection's
/// owner. After each entry it takes everything out of the outbox and arms one timer for ``nextDeadline``.
/// Frames are numbered by their encryption: what a later entry puts out must not overtake what an earlier one did, even
/// where writing to the socket calls the driver back at once to say that it is full.
///
/// ```
///  raw bytes ─ multistream "/noise" ─ Noise XX ─ (multistream "/yamux/1.0.0") ─ yamux ─ streams
///                                       └ the multiplexer is agreed on in here when both sides offer it
/// ```
///
/// After ``Event/closed(_:)`` every entry is ignored.
public struct Connection: Sendable {
    /// Which side dialed.
    public enum Role: Hashable, Sendable {
        case initiator, responder
    }

    /// The one multiplexer.
    static let muxerID = "/yamux/1.0.0"

    enum Phase: Sendable {
        /// Before `start`.
        case fresh
        /// The initiator proposed Noise and already sent its first message behind the proposal.
        case proposingNoise(MultistreamInitiator, NoiseUpgrade)
        /// The responder waits for the proposal of Noise.
        case answeringNoise(MultistreamResponder)
        case handshaking(NoiseUpgrade)
        /// Encrypted; the other side did not offer multiplexers inside the handshake.
        case selectingMuxer(MuxerSelection)
        /// Streams can be opened; ``Connection/session`` is there in this phase and no other.
        case open
        case closed(CloseReason)
    }

    /// Which side dialed; in a simultaneous open, where both did, it is settled when the connection is established.
    public internal(set) var role: Role
    let identity: Identity
    let expecting: PeerID?
    let profile: Session.Profile
    let handshakeDeadline: Instant
    var random: RandomSource
    var phase = Phase.fresh
    /// Beside the phase, and not in it, so that it is changed in place: as an associated value it would be copied with
    /// all its streams at every entry.
    var session: Session?
    /// Received and not yet decrypted or negotiated.
    var inbound = Bytes()

    /// - Parameters:
    ///   - expecting: the peer that was dialed; any other ends the connection. Nil accepts every peer.
    ///   - supported: protocol ids that are accepted on streams of the other side; identify and ping are added.
    ///   - identify: what this node says of itself; its key and protocols are filled in when they are empty.
    ///   - random: a source of this connection's own, because its keys come from it.
    public init(
        role: Role, identity: Identity, expecting: PeerID?, supported: [String], identify: IdentifyInfo,
        settings: ConnectionSettings = ConnectionSettings(), random: RandomSource, at now: Instant
    ) {
        self.role = role
        self.identity = identity
        self.expecting = expecting
        self.random = random
        profile = Session.Profile(
            supported: supported, identify: identify, publicKey: identity.publicKey, settings: settings)
        handshakeDeadline = now + settings.handshakeTimeout
    }

    /// The other side, once it has proved to be this peer.
    public var peer: PeerID? {
        switch phase {
        case .selectingMuxer(let selection): selection.peer
        case .open: session?.peer
        case .fresh, .proposingNoise, .answeringNoise, .handshaking, .closed: nil
        }
    }

    /// Whether the connection is over.
    public var isClosed: Bool { closeReason != nil }

    /// Why the connection is over; nil while it is not.
    public var closeReason: CloseReason? {
        if case .closed(let reason) = phase { reason } else { nil }
    }

    /// Whether streams can be opened.
    public var isEstablished: Bool {
        if case .open = phase { true } else { false }
    }

    /// The smoothed round trip of the session; nil until the first ping came back.
    public var roundTrip: TimeSpan? { session?.roundTrip }

    /// When ``wake(at:into:)`` is to be called next; nil when the connection waits for nothing.
    public var nextDeadline: Instant? {
        switch phase {
        case .open: session?.nextDeadline
        case .closed: nil
        case .fresh, .proposingNoise, .answeringNoise, .handshaking, .selectingMuxer: handshakeDeadline
        }
    }

    /// Bytes of a stream that were accepted and not sent, because the other side's window or the socket is full.
    /// Writers hold back above ``ConnectionSettings/lowWaterMark`` and go on at ``Event/streamWritable(_:)``.
    public func unsentBytes(on stream: StreamID) -> Int {
        session?.unsentBytes(on: stream) ?? 0
    }
}

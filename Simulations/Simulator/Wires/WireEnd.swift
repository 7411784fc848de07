import Inference
import Overlay

/// One end of a connection between two nodes: what its node knows of it, and the lane to the other end.
///
/// The two ends of a wire know each other by reference and share nothing, so that they may live in parts of the world that
/// run at the same time.
struct WireEnd: Sendable {
    enum Side: UInt8, Sendable {
        case dialer
        case acceptor

        var other: Side { self == .dialer ? .acceptor : .dialer }
    }

    /// How far an end has come.
    enum State: Sendable {
        /// The handshakes run; the core knows nothing of the link.
        case connecting
        /// The core has it under this number.
        case established(LinkID)
    }

    let node: NodeIndex
    let other: NodeIndex
    let side: Side
    /// The dialer's attempt that made the wire, and whom it expects; of no meaning to the acceptor.
    let dial: DialID
    let expecting: PeerID?
    var state = State.connecting
    /// Where the other end is; nil until it has answered for the first time.
    var there: EndRef?
    /// To the other end.
    var lane: Lane
    var streams: StreamTable
    /// The real connection, in worlds that have them, otherwise none. In a list because it is large, and ends are moved.
    var sessions: [LinkSession] = []
    /// When the session's timer is set to.
    var sessionArmedAt = VirtualTime.distantFuture

    /// Bytes of messages that went out on it before its core admitted the other side.
    var sentToStranger: UInt64 = 0

    /// What came while nothing passed, in order.
    var held: [Parcel] = []
    /// Whether what was held has been sent again and is on its way.
    var isReleasing = false
    /// Odd while the keep-alive waits for an answer that cannot come; each wait has a number of its own.
    var silence: UInt32 = 0

    init(
        node: NodeIndex, other: NodeIndex, side: Side, dial: DialID, expecting: PeerID?, path: StreamPath, window: Int
    ) {
        self.node = node
        self.other = other
        self.side = side
        self.dial = dial
        self.expecting = expecting
        lane = Lane(path)
        streams = StreamTable(side: side, window: window)
    }

    var link: LinkID? {
        if case .established(let link) = state { link } else { nil }
    }

    var hasSession: Bool { !sessions.isEmpty }
    /// Whether something waits until packets pass again; what comes waits behind it.
    var holdsBack: Bool { !held.isEmpty }
    var isSilent: Bool { silence & 1 == 1 }
}

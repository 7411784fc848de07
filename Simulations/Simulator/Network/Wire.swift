import Inference
import Overlay

/// A link between two nodes as one connection: two lanes, and what each end knows.
struct Wire: Sendable {
    /// Which end, or the lane towards it.
    enum Side: UInt8, Sendable {
        case dialer
        case acceptor

        var other: Side { self == .dialer ? .acceptor : .dialer }
    }

    /// How far an end has come.
    enum State: Sendable {
        /// The handshakes run; the core of this end knows nothing of the link.
        case connecting
        /// The core of this end has it under this number.
        case established(LinkID)
        /// This end hears and says nothing any more.
        case closed
    }

    struct End: Sendable {
        let node: NodeIndex
        var state = State.connecting
        var streams: StreamTable
        /// On its way to this end.
        var lane: Lane

        var link: LinkID? {
            if case .established(let link) = state { link } else { nil }
        }

        var isClosed: Bool {
            if case .closed = state { true } else { false }
        }
    }

    /// The dialer's attempt that this wire belongs to.
    let dial: DialID
    /// Who must prove itself at the acceptor's end, if the dialer knows.
    let expecting: PeerID?
    private var dialer: End
    private var acceptor: End

    init(
        from dialer: NodeIndex, to acceptor: NodeIndex, dial: DialID, expecting: PeerID?, settings: NetworkSettings,
        draws: Draws
    ) {
        self.dial = dial
        self.expecting = expecting
        // The dialer's own numbers of its dials name a wire in draws, so that it does not depend on other nodes.
        let subject = UInt64(dialer.number) << 32 | (dial.number & 0xffff_ffff)
        let there = Path(from: dialer, to: acceptor, of: subject, isReturn: false, settings: settings, draws: draws)
        let back = Path(from: acceptor, to: dialer, of: subject, isReturn: true, settings: settings, draws: draws)
        self.dialer = End(
            node: dialer, streams: StreamTable(side: .dialer, window: settings.streamWindow), lane: Lane(back))
        self.acceptor = End(
            node: acceptor, streams: StreamTable(side: .acceptor, window: settings.streamWindow), lane: Lane(there))
    }

    subscript(side: Side) -> End {
        get { side == .dialer ? dialer : acceptor }
        _modify {
            if side == .dialer { yield &dialer } else { yield &acceptor }
        }
    }

    var pair: NodePair { NodePair(dialer.node, acceptor.node) }

    /// Nobody will hear of this wire again. An end that never came further than the handshakes has no core to tell.
    var isOver: Bool {
        guard dialer.isClosed else { return false }
        return acceptor.link == nil
    }
}

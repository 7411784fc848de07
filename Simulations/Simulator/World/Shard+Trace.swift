import Inference
import Overlay

extension LinkEvent {
    /// How the event goes into the trace.
    var traceKind: Trace.Kind {
        switch self {
        case .established: .established
        case .message: .message
        case .identified, .roundTrip: .roundTrip
        case .streamOpened, .libp2pStreamOpened: .streamOpened
        case .streamData: .streamData
        case .streamFinished: .streamFinished
        case .streamReset: .streamReset
        case .streamSent: .streamSent
        case .closed: .closed
        }
    }

    /// What tells two events of a kind apart.
    var traceDigest: UInt64 {
        switch self {
        case .established(let peer, _, _): peer.publicKey.bytes.bigEndianWords.0
        case .message(let message): MessageMeasure(message).digest
        case .identified, .closed: 0
        case .roundTrip(let span): span.nanoseconds
        case .streamOpened(let stream), .libp2pStreamOpened(let stream), .streamFinished(let stream),
            .streamReset(let stream):
            stream.number
        case .streamData(let stream, let bytes): Digest64.of(bytes) &+ stream.number
        case .streamSent(let stream, let count): stream.number << 32 &+ UInt64(count)
        }
    }
}

extension SimulatedNode {
    /// Something happened on one of its links.
    mutating func note(_ event: LinkEvent, on link: LinkID) {
        pending.append(.link(link, event, digest: event.traceDigest))
    }
}

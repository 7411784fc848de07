import Overlay

/// What happens on one link, whatever carries it: a TCP connection with Noise and yamux, or a simulated wire.
public enum LinkEvent: Sendable {
    /// The other side proved who it is; nothing about it is known to be welcome yet.
    case established(PeerID, LinkDirection, address: String)
    case message(LinkMessage)
    case identified(IdentifyInfo)
    case roundTrip(TimeSpan)
    /// The other side opened a circuit stream.
    case streamOpened(StreamRef)
    /// The other side opened a stream of libp2p's DHT; only where the session serves it.
    case libp2pStreamOpened(StreamRef)
    case streamData(StreamRef, Bytes)
    /// The other side will send nothing more on this stream.
    case streamFinished(StreamRef)
    /// The stream is gone, both ways.
    case streamReset(StreamRef)
    /// This many bytes written to the stream have left for the other side.
    case streamSent(StreamRef, Int)
    case closed(String)
}

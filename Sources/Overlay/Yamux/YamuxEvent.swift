/// What a yamux session tells its owner.
package enum YamuxEvent: Hashable, Sendable {
    /// The other side opened a stream.
    case opened(UInt32)
    case data(UInt32, Bytes)
    /// The other side sends nothing more on the stream.
    case finished(UInt32)
    /// The stream is over abruptly.
    case reset(UInt32)
    /// Both sides ended the stream in good order; its number is not used again.
    case over(UInt32)
    /// The queue of the stream drained to the low-water mark.
    case writable(UInt32)
    /// The ping with this number came back.
    case ponged(UInt32)
    /// The other side ends the session.
    case wentAway(UInt32)
}

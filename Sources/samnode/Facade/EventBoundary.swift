import NIOCore

/// Where a stream of server-sent events stands, so that an event of our own can be added without damaging one.
struct EventBoundary: Sendable {
    private(set) var position = Position.betweenEvents
    private var previousWasReturn = false

    enum Position: Hashable, Sendable {
        /// Nothing was sent, or a blank line was the last thing.
        case betweenEvents
        /// At the start of a line inside an event.
        case betweenLines
        case inLine
    }

    /// Follows the end of lines as the standard defines it: LF, CR or CR LF
    /// (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream).
    mutating func advance(over bytes: ByteBufferView) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n"), previousWasReturn {
                previousWasReturn = false
                continue
            }
            previousWasReturn = byte == UInt8(ascii: "\r")
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                position = position == .inLine ? .betweenLines : .betweenEvents
            } else {
                position = .inLine
            }
        }
    }
}

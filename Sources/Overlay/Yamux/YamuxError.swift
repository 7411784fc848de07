/// How the other side broke the rules of yamux; every case ends the connection.
public enum YamuxError: Error, Hashable, Sendable {
    case unknownVersion(UInt8)
    case unknownType(UInt8)
    /// Data or a window update for number 0, which is the session itself.
    case streamZero
    /// A new stream with a number of this side's parity, or one that is in use.
    case badStreamID(UInt32)
    /// More data on a stream than its window allows.
    case windowExceeded(UInt32)
    /// A window update that brings the window above 2^32 - 1.
    case windowOverflow(UInt32)
    /// Data after the stream's end.
    case dataAfterEnd(UInt32)
}

extension YamuxError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownVersion(let version): "unknown version \(version)"
        case .unknownType(let type): "unknown frame type \(type)"
        case .streamZero: "a stream frame without a stream"
        case .badStreamID(let id): "stream \(id) opened with a wrong or used number"
        case .windowExceeded(let id): "more data on stream \(id) than its window allows"
        case .windowOverflow(let id): "the window of stream \(id) grew beyond its limit"
        case .dataAfterEnd(let id): "data on stream \(id) after its end"
        }
    }
}

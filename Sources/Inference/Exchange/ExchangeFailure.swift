import Overlay

/// Why a request ended without a complete answer, in terms of what the caller can do about it.
public enum ExchangeFailure: Error, Hashable, Sendable {
    /// No path to the host worked; another host may.
    case unreachable(String)
    /// The host's authorization said no; asking again changes nothing.
    case refused(status: Int, code: String, message: String)
    /// The host's token does not attest the labels that were asked for; it has not seen the request.
    case unattested(String)
    /// The host could not carry the request out, with a code and a sentence of its own; it is not to be sent again.
    case failed(code: String, message: String)
    /// Nothing came within the limit.
    case timedOut(String)
    /// The path or the backend was lost after the request had been sent.
    case disconnected(String)
    /// A relay or the host is at its limit; trying again after the given time may succeed.
    case overloaded(retryAfter: TimeSpan)
    /// The requesting side gave up.
    case cancelled
    /// The other side broke the protocol.
    case protocolViolation(String)

    /// Whether the same request may be sent to another host without running twice.
    public var isRetryable: Bool {
        switch self {
        case .unreachable, .overloaded, .unattested: true
        case .refused, .failed, .timedOut, .disconnected, .cancelled, .protocolViolation: false
        }
    }
}

extension ExchangeFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let why): "the host cannot be reached: \(why)"
        case .refused(let status, _, let message): "refused (\(status)): \(message)"
        case .unattested(let what): what
        case .failed(_, let message): message
        case .timedOut(let what): "timed out: \(what)"
        case .disconnected(let why): "disconnected: \(why)"
        case .overloaded(let retryAfter): "overloaded; try again in \(retryAfter.milliseconds) ms"
        case .cancelled: "cancelled"
        case .protocolViolation(let what): "the other side broke the protocol: \(what)"
        }
    }
}

import Overlay

/// The answer to a ``CircuitOpen``, from the host or from the relay at which the circuit ended.
///
/// Wire form, fixed size: code (1) ‖ retry after in milliseconds (4).
public struct CircuitStatus: Hashable, Sendable {
    /// The first byte on the wire.
    public enum Code: UInt8, Sendable {
        /// The host accepted; its end of the end-to-end session follows.
        case open = 0
        /// The relay has no link to the target.
        case noRoute = 1
        /// The relay or the host is at its limit.
        case busy = 2
        /// The sender may not use this relay.
        case notAllowed = 3
        /// No more relays may be added.
        case hopLimit = 4
        /// The relay or the host does not know yet which tokens were revoked while it had no link to this neighbour.
        case learning = 5
    }

    public static let length = 5

    public var code: Code
    public var retryAfter: TimeSpan

    public init(code: Code, retryAfter: TimeSpan = .zero) {
        self.code = code
        self.retryAfter = retryAfter
    }

    package func encode() -> Bytes {
        var bytes = Bytes()
        bytes.writeInteger(code.rawValue)
        bytes.writeInteger(UInt32(clamping: retryAfter.milliseconds))
        return bytes
    }

    package enum Parsed {
        case needsMore
        case status(CircuitStatus)
        case malformed
    }

    package static func parse(_ bytes: inout Bytes) -> Parsed {
        guard bytes.readableBytes >= length else { return .needsMore }
        guard let rawCode = bytes.readInteger(as: UInt8.self), let code = Code(rawValue: rawCode),
            let milliseconds = bytes.readInteger(as: UInt32.self)
        else { return .malformed }
        return .status(CircuitStatus(code: code, retryAfter: .milliseconds(UInt64(milliseconds))))
    }
}

/// Why a connection ended, for logs and for people.
public enum CloseReason: Error, Hashable, Sendable {
    /// This side closed it.
    case closedHere
    /// The other side ended the TCP connection.
    case disconnected
    /// The other side announced that it ends the session (yamux go-away), with its code: 0 normal, 1 protocol error,
    /// 2 internal error.
    case wentAway(code: UInt32)
    /// The handshake was not complete in ``ConnectionSettings/handshakeTimeout``.
    case handshakeTimedOut
    /// After a keep-alive ping nothing came in ``ConnectionSettings/keepAliveTimeout``.
    case keepAliveTimedOut
    /// The first bytes were not multistream-select.
    case notMultistream
    /// The other side does not offer Noise.
    case noiseNotSupported
    /// The other side does not offer yamux.
    case yamuxNotSupported
    /// A handshake message was malformed or was not made for this handshake.
    case handshakeFailed(NoiseError)
    /// The other side's identity key is not Ed25519.
    case keyTypeNotSupported
    /// The other side could not show that its handshake key belongs to its identity.
    case identityNotProved
    /// The other side proved to be another peer than the one dialed.
    case unexpectedPeer(expected: PeerID, actual: PeerID)
    /// The other side is this very node.
    case connectedToSelf
    /// An encrypted frame was altered, reordered or made with another key.
    case decryptionFailed
    /// The other side broke the rules of yamux.
    case yamuxViolation(YamuxError)
    /// More answers to the other side were waiting than ``ConnectionSettings/maximumQueuedControlFrames``.
    case overloaded
}

extension CloseReason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .closedHere: "closed by this node"
        case .disconnected: "the peer disconnected"
        case .wentAway(0): "the peer ended the session"
        case .wentAway(let code): "the peer ended the session because of an error on its side (code \(code))"
        case .handshakeTimedOut: "the handshake took too long"
        case .keepAliveTimedOut: "the peer stopped answering"
        case .notMultistream: "the other side does not speak libp2p (no multistream-select)"
        case .noiseNotSupported: "the other side does not offer encryption with Noise"
        case .yamuxNotSupported: "the other side does not offer multiplexing with yamux"
        case .handshakeFailed(let error): "the Noise handshake failed: \(error)"
        case .keyTypeNotSupported: "the peer's identity key is not Ed25519"
        case .identityNotProved: "the peer could not prove its identity"
        case .unexpectedPeer(let expected, let actual): "expected peer \(expected) but reached \(actual)"
        case .connectedToSelf: "the address leads back to this node"
        case .decryptionFailed: "an encrypted frame was damaged or forged"
        case .yamuxViolation(let error): "the peer broke the multiplexing protocol: \(error)"
        case .overloaded: "the peer sends requests faster than it reads the answers"
        }
    }
}

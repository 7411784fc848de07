import NIOCore
import Overlay

/// Limits of `samnode libp2p`.
struct ProbeSettings: Sendable {
    var connection = ConnectionSettings()
    /// Of one TCP connect. As a node's own dials.
    var connectTimeout = TimeAmount.seconds(5)
    /// From the TCP connection to the last answer. Above the handshake's ten seconds, so that its reason is what is
    /// reported; higher, and a peer that never answers holds the terminal longer.
    var dialTimeout = TimeAmount.seconds(20)
    /// Connections at a time that a listener takes; further ones are closed. More than a person watches, and a bound on
    /// what strangers can make it hold.
    var maximumConnections = 256
}

import NIOCore
import Overlay

/// What both ends agree on.
enum EndSettings {
    /// Streams whose bytes are counted, and acknowledged with one byte.
    static let countedProtocol = "/sam/benchmark/counted/1.0.0"
    /// Streams that are passed on to a Unix socket.
    static let pipedProtocol = "/sam/benchmark/piped/1.0.0"
    static let pingProtocol = "/ipfs/ping/1.0.0"
    static let pingLength = 32
    /// Bytes written at once: as many as are read at once from a socket that has much.
    static let piece = 256 << 10
    /// Unsent bytes above which a writer waits. Above the low-water mark, so that the stream tells when to go on.
    static let mostUnsent = 1 << 20

    static func identity() -> Identity {
        var random = randomness()
        return Identity(random: &random)
    }

    static func randomness() -> RandomSource {
        var system = SystemRandomNumberGenerator()
        return RandomSource(
            seed: (0..<RandomSource.seedLength).map { _ in UInt8.random(in: .min ... .max, using: &system) })
    }

    static func connection(
        _ role: Connection.Role, _ identity: Identity, expecting: PeerID?, at now: Instant
    ) -> Connection {
        Connection(
            role: role, identity: identity, expecting: expecting, supported: [countedProtocol, pipedProtocol],
            identify: IdentifyInfo(), settings: .link, random: randomness(), at: now)
    }
}

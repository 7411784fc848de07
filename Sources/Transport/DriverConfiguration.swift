import Inference
import Overlay

/// What a driven node is made of.
public struct DriverConfiguration: Sendable {
    public var peer: PeerConfiguration
    /// Seed of all the node's randomness: 32 bytes from the operating system.
    public var seed: [UInt8]
    public var connection: ConnectionSettings
    public var transport: TransportSettings
    public var datagrams = DatagramSettings()
    /// What the node calls itself to libp2p neighbours, such as `samnode/0.1.0`.
    public var agent: String

    public init(
        peer: PeerConfiguration, seed: [UInt8], connection: ConnectionSettings = .link,
        transport: TransportSettings = TransportSettings(), agent: String
    ) {
        self.peer = peer
        self.seed = seed
        self.connection = connection
        self.transport = transport
        self.agent = agent
    }
}

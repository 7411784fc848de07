import Overlay

/// What is not valid any more although its signature is: tokens by the revocation id of any of their blocks, and peers.
public struct Revocations: Sendable {
    /// Signatures of revoked blocks.
    public var blocks: Set<[UInt8]> = []
    public var peers: Set<PeerID> = []

    public init() {}
}

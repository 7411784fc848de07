import Overlay

/// A key pair that was searched until the node's place in the keyspace lay near a target: what an adversary does who wants
/// to be among the nodes that answer for that target.
///
/// A real search with real keys. Each try is a key pair and a hash, 22 µs; one bit of nearness doubles the number of tries.
public struct GroundKey: Sendable {
    /// For `Identity(seed:)`: 32 bytes.
    public let seed: [UInt8]
    /// Leading bits that the node's key shares with the target. Among n honest nodes the nearest shares log2(n) on
    /// average, and the twentieth log2(n / 20).
    public let bits: Int
    /// Keys that were tried.
    public let tries: UInt64

    /// Searches until the place is nearer than honest nodes get by chance, or the effort is spent; then the best counts.
    ///
    /// With the default settings a world of 1,000 nodes gets all 12 bits wanted after 4,096 tries on average (0.1 s); in
    /// one of 20,000, 17 bits are wanted and about 15 reached in the 32,768 tries that are allowed (0.7 s).
    /// - Parameters:
    ///   - target: of a node or of a service.
    ///   - nodes: in the network.
    ///   - node: whose key it becomes; each searches among keys of its own.
    public init(
        near target: NodeKey, amid nodes: Int, of node: NodeIndex, draws: Draws,
        settings: MaliceSettings = MaliceSettings()
    ) {
        let wanted = UInt64(max(1, nodes)).bitWidth - UInt64(max(1, nodes)).leadingZeroBitCount + settings.keyMargin
        var best = Self.candidate(0, near: target, of: node, draws: draws)
        var tries: UInt64 = 1
        while best.bits < wanted && tries < settings.keyTries {
            let next = Self.candidate(tries, near: target, of: node, draws: draws)
            if next.bits > best.bits { best = next }
            tries += 1
        }
        seed = best.seed
        bits = best.bits
        self.tries = tries
    }

    private static func candidate(
        _ number: UInt64, near target: NodeKey, of node: NodeIndex, draws: Draws
    ) -> (seed: [UInt8], bits: Int) {
        let seed = draws.bytes(32, .grinding, of: UInt64(node.number) << 32 | number)
        let bits = Identity(seed: seed).map { NodeKey($0.peerID).commonPrefixLength(with: target) } ?? -1
        return (seed, bits)
    }
}

/// Two nodes, whichever way round: the subject of everything that a path has the same in both directions.
struct NodePair: Hashable, Sendable {
    let lower: NodeIndex
    let higher: NodeIndex

    init(_ one: NodeIndex, _ other: NodeIndex) {
        lower = min(one, other)
        higher = max(one, other)
    }

    /// Names the pair in draws.
    var subject: UInt64 { UInt64(lower.number) << 32 | UInt64(higher.number) }
}

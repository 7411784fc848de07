/// Some of many nodes, where looking at all would take too long.
public enum NodeSample {
    /// Nodes that are looked at where nothing else is said: of 100,000 that differ in one of a hundred this many find a
    /// difference with certainty for all purposes (1 - 0.99¹⁰²⁴ > 0.9999).
    public static let most = 1_024

    /// All nodes when they are no more than `most`, otherwise as many, drawn one by one: leaving a node out changes
    /// nothing about the others but that one more comes in. In ascending order.
    /// - Parameter round: another one draws others.
    public static func draw(
        from nodes: [NodeIndex], most: Int = most, draws: Draws, round: UInt64 = 0
    ) -> [NodeIndex] {
        guard nodes.count > most else { return nodes.sorted() }
        let ranked = nodes.map { (word: draws.word(.sample, of: UInt64($0.number), round &+ 1), node: $0) }
        return ranked.sorted { ($0.word, $0.node) < ($1.word, $1.node) }.prefix(max(0, most)).map(\.node).sorted()
    }
}

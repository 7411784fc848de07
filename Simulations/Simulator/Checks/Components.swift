/// The parts into which a graph of nodes falls, by union and find with halved paths (Tarjan and van Leeuwen 1984).
public struct Components: Sendable {
    private var parents: [UInt32]
    private var sizes: [UInt32]
    /// Parts, single nodes included.
    public private(set) var count: Int

    /// As many nodes, none of them joined to another.
    public init(nodes: Int) {
        parents = (0..<max(0, nodes)).map(UInt32.init)
        sizes = Array(repeating: 1, count: max(0, nodes))
        count = parents.count
    }

    /// Two nodes have a link.
    public mutating func join(_ one: Int, _ other: Int) {
        let (first, second) = (root(of: one), root(of: other))
        guard first != second else { return }
        let (small, large) = sizes[first] < sizes[second] ? (first, second) : (second, first)
        parents[small] = UInt32(large)
        sizes[large] += sizes[small]
        count -= 1
    }

    /// How many nodes are in the largest part.
    public var largest: Int { sizes.indices.lazy.filter { Int(parents[$0]) == $0 }.map { Int(sizes[$0]) }.max() ?? 0 }

    private mutating func root(of node: Int) -> Int {
        var node = node
        while Int(parents[node]) != node {
            parents[node] = parents[Int(parents[node])]
            node = Int(parents[node])
        }
        return node
    }
}

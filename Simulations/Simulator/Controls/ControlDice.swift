import Overlay

/// Random choices of nodes: the n-th choice of a node depends on nothing but the seed, the node and n.
struct ControlDice: Sendable {
    private let draws: Draws
    private var counts: [UInt32]

    init(_ population: ControlPopulation) {
        draws = population.draws
        counts = Array(repeating: 0, count: population.count)
    }

    /// A number below `bound`, which is not zero.
    mutating func below(_ bound: Int, for node: Int) -> Int {
        counts[node] &+= 1
        return Int(draws.below(UInt64(bound), .node, of: UInt64(node), UInt64(counts[node])))
    }

    /// So many of the elements, or all if there are not as many, in random order.
    mutating func choose<Element>(_ count: Int, of elements: [Element], for node: Int) -> [Element] {
        var left = elements
        let chosen = min(max(count, 0), left.count)
        for index in 0..<chosen { left.swapAt(index, index + below(left.count - index, for: node)) }
        return Array(left.prefix(chosen))
    }
}

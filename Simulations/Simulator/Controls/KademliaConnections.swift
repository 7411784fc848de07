/// Who has an open connection to whom. Both ends list it; the list of a node is in the order in which they were opened.
struct KademliaConnections: Sendable {
    private var peers: [[UInt32]]

    init(count: Int) {
        peers = Array(repeating: [], count: count)
    }

    func count(of node: Int) -> Int { peers[node].count }
    func peers(of node: Int) -> [UInt32] { peers[node] }

    /// Whether both ends know of it: a node that started anew knows nothing of what it had.
    func connects(_ node: Int, _ peer: Int) -> Bool {
        peers[node].contains(UInt32(peer)) && peers[peer].contains(UInt32(node))
    }

    mutating func open(_ node: Int, _ peer: Int) {
        add(peer, to: node)
        add(node, to: peer)
    }

    mutating func close(_ node: Int, _ peer: Int) {
        peers[node].removeAll { $0 == UInt32(peer) }
        peers[peer].removeAll { $0 == UInt32(node) }
    }

    /// What happens when a node ends: with a goodbye the others know, without one they find out.
    mutating func closeAll(of node: Int, saysGoodbye: Bool) {
        if saysGoodbye {
            for peer in peers[node] { peers[Int(peer)].removeAll { $0 == UInt32(node) } }
        }
        peers[node] = []
    }

    /// Closes connections down to a number: those first that are worth nothing, the oldest first.
    mutating func trim(_ node: Int, to lowWater: Int, isWorth: (Int) -> Bool) {
        let excess = peers[node].count - lowWater
        guard excess > 0 else { return }
        let worthless = peers[node].filter { !isWorth(Int($0)) }
        let others = peers[node].filter { isWorth(Int($0)) }
        for peer in (worthless + others).prefix(excess) { close(node, Int(peer)) }
    }

    private mutating func add(_ peer: Int, to node: Int) {
        if !peers[node].contains(UInt32(peer)) { peers[node].append(UInt32(peer)) }
    }
}

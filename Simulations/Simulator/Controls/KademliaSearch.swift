/// One search of a node: whom it heard of, nearest first, and how far it is with each.
struct KademliaSearch: Sendable {
    enum Purpose: Sendable {
        /// The node's own key, with which it joins.
        case own
        /// A random key in a bucket.
        case refresh(bucket: Int)
        /// A user looks for a node.
        case user(target: Int)
    }

    enum State: UInt8, Sendable {
        case heard
        case waiting
        case answered
        case failed
    }

    struct Candidate: Sendable {
        let distance: UInt64
        let node: UInt32
        /// Answers on the way from the table to it.
        let depth: UInt8
        var state: State
    }

    let purpose: Purpose
    let node: Int
    let target: UInt64
    let startedAt: VirtualTime
    private(set) var candidates: [Candidate] = []
    private(set) var waiting = 0
    private(set) var queries = 0
    /// The nearest have answered; those of the k nearest that were not asked yet are being asked all at once.
    var isFollowingUp = false
    var foundAt: VirtualTime?

    init(_ purpose: Purpose, by node: Int, target: UInt64, at time: VirtualTime) {
        self.purpose = purpose
        self.node = node
        self.target = target
        startedAt = time
    }

    func isFor(_ peer: Int) -> Bool {
        if case .user(let target) = purpose { target == peer } else { false }
    }

    mutating func hear(of peer: UInt32, id: UInt64, depth: UInt8) {
        let distance = id ^ target
        var low = 0
        var high = candidates.count
        while low < high {
            let middle = (low + high) / 2
            if (candidates[middle].distance, candidates[middle].node) < (distance, peer) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        if low < candidates.count, candidates[low].node == peer { return }
        candidates.insert(Candidate(distance: distance, node: peer, depth: depth, state: .heard), at: low)
    }

    /// Marks the nearest that was not asked as asked; nil when there is none.
    mutating func takeNext(among count: Int = .max) -> Int? {
        var reachable = 0
        for index in candidates.indices where candidates[index].state != .failed {
            if candidates[index].state == .heard {
                candidates[index].state = .waiting
                waiting += 1
                queries += 1
                return Int(candidates[index].node)
            }
            reachable += 1
            if reachable >= count { return nil }
        }
        return nil
    }

    /// Whether one of the nearest that did not fail has not answered yet.
    func isWaiting(among count: Int) -> Bool {
        candidates.lazy.filter { $0.state != .failed }.prefix(count).contains { $0.state == .waiting }
    }

    /// Notes how a question ended.
    /// - Returns: the depth of the peer.
    mutating func end(_ peer: Int, _ state: State) -> UInt8 {
        guard let index = candidates.firstIndex(where: { $0.node == UInt32(peer) && $0.state == .waiting }) else {
            return 0
        }
        candidates[index].state = state
        waiting -= 1
        return candidates[index].depth
    }

    /// Whether the nearest peers that did not fail have all answered, or nobody is left to ask.
    func isOver(resiliency: Int) -> Bool {
        var seen = 0
        for candidate in candidates where candidate.state != .failed {
            guard candidate.state == .answered else { return false }
            seen += 1
            if seen >= resiliency { return true }
        }
        return true
    }

    /// The nearest that answered.
    func nearest(_ count: Int) -> [UInt32] {
        candidates.lazy.filter { $0.state == .answered }.prefix(count).map(\.node)
    }

    func candidate(_ peer: Int) -> Candidate? { candidates.first { $0.node == UInt32(peer) } }
}

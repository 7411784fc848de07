import Overlay

/// Searches, and the refreshing that is made of them.
extension KademliaControl {
    /// Starts from the nearest entries of the own table, or from the bootstraps when it is empty.
    mutating func search(
        _ purpose: KademliaSearch.Purpose, by node: Int, target: UInt64, _ medium: inout ControlMedium<Event>
    ) {
        var search = KademliaSearch(purpose, by: node, target: target, at: medium.now)
        var seeds = tables.nearest(to: target, of: node, except: node)
        if seeds.isEmpty { seeds = (0..<population.plan.bootstraps).filter { $0 != node }.map { UInt32($0) } }
        for seed in seeds { search.hear(of: seed, id: tables.ids[Int(seed)], depth: 0) }
        goOn(newPlace(), search, &medium)
    }

    /// Asks whom there is to ask, or ends the search.
    mutating func goOn(_ place: Place, _ taken: KademliaSearch, _ medium: inout ControlMedium<Event>) {
        var search = taken
        if !search.isFollowingUp, search.isOver(resiliency: settings.resiliency) {
            search.isFollowingUp = true
            while let peer = search.takeNext(among: settings.bucketSize) {
                ask(peer, by: search.node, target: search.target, search: place, &medium)
            }
        }
        if search.isFollowingUp {
            guard !search.isWaiting(among: settings.bucketSize) else { return put(search, at: place) }
            release(place.slot)
            return end(search, &medium)
        }
        while search.waiting < settings.concurrency, let peer = search.takeNext() {
            ask(peer, by: search.node, target: search.target, search: place, &medium)
        }
        put(search, at: place)
    }

    private mutating func end(_ search: KademliaSearch, _ medium: inout ControlMedium<Event>) {
        switch search.purpose {
        case .own:
            if !hasJoined[search.node], tables.sizes[search.node] > 0 {
                hasJoined[search.node] = true
                measurement.joined(after: medium.now.since(medium.bornAt[search.node]))
            }
            refresh(bucket: 0, of: search.node, &medium)
        case .refresh(let bucket):
            refresh(bucket: bucket + 1, of: search.node, &medium)
        case .user(let target):
            note(search, target, medium)
        }
    }

    private mutating func note(_ search: KademliaSearch, _ target: Int, _ medium: ControlMedium<Event>) {
        let nearest = order.nearest(settings.bucketSize, to: search.target) {
            medium.running[$0] && $0 != search.node
        }
        measurement.ended(
            search, target: target, isExact: search.nearest(settings.bucketSize) == nearest, at: medium.now)
    }

    /// Searches the own key, then a random one in each bucket, one after the other.
    mutating func refresh(_ node: Int, _ medium: inout ControlMedium<Event>) {
        guard !isRefreshing[node], population.count > 1 else { return }
        isRefreshing[node] = true
        search(.own, by: node, target: tables.ids[node], &medium)
    }

    private mutating func refresh(bucket: Int, of node: Int, _ medium: inout ControlMedium<Event>) {
        let own = tables.ids[node]
        let last = min(lastFilledBucket(of: node), settings.mostRefreshedPrefix)
        guard bucket <= last else {
            isRefreshing[node] = false
            return
        }
        let random = population.draws.word(.node, of: UInt64(node), newRefreshNumber(node))
        // Shares `bucket` leading bits with the own key and differs in the next.
        let kept: UInt64 = bucket == 0 ? 0 : ~0 << UInt64(64 - bucket)
        let differing: UInt64 = 1 << UInt64(63 - bucket)
        let target = own & kept | (own ^ differing) & differing | random & ~(kept | differing)
        search(.refresh(bucket: bucket), by: node, target: target, &medium)
    }

    private func lastFilledBucket(of node: Int) -> Int {
        (0...tables.deepestBucket).last { tables.count(of: node, bucket: $0) > 0 } ?? -1
    }

    /// Asks entries that have not answered for long, so that the dead ones go.
    mutating func pingForgotten(_ node: Int, _ medium: inout ControlMedium<Event>) {
        let second = medium.now.sinceStart.seconds
        guard second > settings.usefulnessGrace.seconds else { return }
        let bound = UInt32(clamping: second - settings.usefulnessGrace.seconds)
        var forgotten: [Int] = []
        tables.forEach(of: node) { peer, useful in
            if useful < bound { forgotten.append(peer) }
        }
        for peer in forgotten { ask(peer, by: node, target: tables.ids[peer], search: nil, &medium) }
    }
}

/// Who is heard of.
extension Lookup {
    /// Takes what a peer names into the path that asked it. Contacts that cannot bring the search further are left out:
    /// without this a liar could keep a lookup busy with contacts that lead away from the target.
    mutating func hear(
        of records: [ContactRecord], from responder: Candidate, isDoubtful: (ContactRecord) -> Bool
    ) {
        let reach = reach(of: responder.asker)
        let isFirst = responder.depth == 0 && candidates.count(where: { $0.depth == 0 }) < paths
        for (number, record) in records.prefix(settings.wanted).enumerated() {
            let distance = record.key.distance(to: key)
            if let reach, distance >= responder.distance, distance >= reach { continue }
            // With fewer seeds than paths, what they name is where the others begin.
            let path = isFirst ? (responder.asker + number) % paths : responder.asker
            add(
                record, as: isDoubtful(record) ? .doubtful : .heard, depth: responder.depth + 1,
                paths: key == target ? LookupPaths(path) : .first(paths))
        }
    }

    /// Whether the rest of an answer is worth its datagrams: it names who stands farther from the key in question than whom
    /// it has named already, so it is of use where both that and who answers are among the nearest.
    /// - Parameter last: the farthest that was named so far.
    func wantsRest(of responder: NodeKey, after last: NodeKey) -> Bool {
        var near = 0
        for candidate in candidates where candidate.state.isHopeful {
            near += 1
            guard near == settings.wanted else { continue }
            return max(responder.distance(to: key), last.distance(to: key)) <= candidate.distance
        }
        return true
    }

    mutating func add(_ record: ContactRecord, as state: State, depth: Int, paths: LookupPaths) {
        guard record.key != own, record.contact.roles.contains(.server) else { return }
        let distance = record.key.distance(to: key)
        let place = position(of: distance)
        if place < candidates.count, candidates[place].distance == distance {
            candidates[place].paths.formUnion(paths)
            if candidates[place].state == .heard, record.isNewer(than: candidates[place].record) {
                candidates[place].record = record
            }
        } else {
            candidates.insert(
                Candidate(record: record, distance: distance, depth: depth, paths: paths, state: state), at: place)
        }
        for path in paths.numbers { forgetFarthest(of: LookupPaths(path)) }
    }

    private mutating func forgetFarthest(of path: LookupPaths) {
        func isIdle(_ candidate: Candidate) -> Bool { candidate.state == .heard && candidate.paths.contains(path) }
        guard candidates.count(where: isIdle) > settings.heard,
            let farthest = candidates.lastIndex(where: { isIdle($0) && !$0.hasAnswered })
        else { return }
        candidates[farthest].paths.remove(path)
        if candidates[farthest].paths.isEmpty { candidates.remove(at: farthest) }
    }

    func index(of peer: NodeKey) -> Int? {
        let distance = peer.distance(to: key)
        let place = position(of: distance)
        return place < candidates.count && candidates[place].distance == distance ? place : nil
    }

    /// The first candidate that is not nearer than `distance`.
    private func position(of distance: NodeKey.Distance) -> Int {
        var low = 0
        var high = candidates.count
        while low < high {
            let middle = low + (high - low) / 2
            if candidates[middle].distance < distance { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

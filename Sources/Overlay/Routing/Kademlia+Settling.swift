/// A node in the middle of its life.
extension Kademlia {
    /// Makes a node that has just been made one that has run for long: it has joined, and everybody given has answered it once
    /// and is in its table as far as the table has room. For worlds that are not played from their beginning.
    /// - Parameters:
    ///   - known: contacts whose signatures are right, and the round trips to them.
    ///   - size: how many nodes its lookups have found the network to have.
    package mutating func settle(
        among known: [(record: ContactRecord, roundTrip: TimeSpan)], networkSize: Int, at now: Moment
    ) {
        for (record, roundTrip) in known {
            guard let ref = peers.intern(record) else { continue }
            _ = table.insert(ref, roundTrip: roundTrip, at: now.instant, peers: &peers)
            peers.release(ref)
            var path = newPath(at: now.instant)
            path.roundTrip.note(roundTrip)
            path.hasAnswered = true
            paths[record.peer] = path
            datagrams.roundTrip.note(roundTrip)
        }
        datagrams.hasAnswers = true
        size.assume(networkSize)
        hasJoined(at: now)
        upkeep.refreshAt = (0..<table.depth).map { _ in
            now.instant + random.jittered(settings.refreshInterval, percent: 25)
        }
    }
}

import Gossip
import Inference
import Overlay

/// What a malicious node does without being asked.
extension Misbehavior {
    /// Does what is due, and sets ``nextAct`` anew.
    /// - Parameters:
    ///   - wall: what the node's calendar shows.
    ///   - neighbors: with whom a link is admitted by both ends, in an order that does not depend on the run of the
    ///     program.
    /// - Returns: what to send; nothing while there are no neighbours, since what is not sent is not made up for.
    public mutating func act(
        at now: VirtualTime, wall: WallTime, neighbors: [PeerID], knowing conspiracy: inout Conspiracy
    ) -> [Sending] {
        guard let interval = actInterval, nextAct <= now else { return [] }
        // Counted from the due moment: a rate is a rate, however coarse the moments are at which the world asks.
        nextAct = nextAct + interval
        defer { acts += 1 }
        renewContact(at: wall, with: &conspiracy)
        guard !neighbors.isEmpty else { return [] }
        let peer = neighbors[Int(draws.below(UInt64(neighbors.count), .malice, of: subject, acts &* Self.stride))]
        switch behaviour {
        case .poisoning: return [Sending(message: poison(at: wall, knowing: conspiracy), peer: peer)]
        case .replay:
            guard let entry = conspiracy.entry(chosenBy: word(1)) else { return [] }
            return [Sending(message: .gossip(.push([entry])), peer: peer)]
        case .flooding:
            let junk = Junk.allCases[Int(acts % UInt64(Junk.allCases.count))]
            let message = junk.message(summaries: settings.inventedSummaries) { word(1 + $0) }
            return message.map { [Sending(message: $0, peer: peer)] } ?? []
        case .equivocation: return twins(to: neighbors, at: wall)
        case .blackHole, .misrouting, .eclipse, .sybil: return []
        }
    }

    /// Random words that an act may draw, the choice of the neighbour included.
    private static let stride: UInt64 = 1 << 20

    private func word(_ number: UInt64) -> UInt64 {
        draws.word(.malice, of: subject, acts &* Self.stride &+ number)
    }

    /// One kind of poison after another.
    private func poison(at wall: WallTime, knowing conspiracy: Conspiracy) -> LinkMessage {
        let kind = Poison.allCases[Int(acts % UInt64(Poison.allCases.count))]
        let own = identity.publicKey.bytes
        // Another's name; as long as nobody has published anything, that of a key nobody has.
        let known = conspiracy.entry(chosenBy: word(1)).flatMap(EntryForge.publisher)
        let victim = known.flatMap { $0 == own ? nil : $0 } ?? Bytes32(bigEndian: (word(2), word(3), word(4), word(5)))
        let entry = forge.poison(
            kind, own: own, mesh: meshID, victim: victim, sequence: wall.milliseconds &+ acts, wall: wall,
            offset: settings.clockOffset)
        return .gossip(.push([entry]))
    }

    /// Two statements of this node with one sequence number, to one half of the neighbours each.
    private func twins(to neighbors: [PeerID], at wall: WallTime) -> [Sending] {
        let claim = EntryForge.Claim(
            mesh: meshID.bytes, key: identity.publicKey.bytes, sequence: wall.milliseconds, issuedAt: wall)
        let entry = forge.entry(claim)
        let twin = forge.twin(of: entry) ?? entry
        return neighbors.map { peer in
            Sending(message: .gossip(.push([hearsTwin(peer) ? twin : entry])), peer: peer)
        }
    }
}

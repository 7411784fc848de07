import Gossip
import Inference
import Overlay

/// What becomes of messages between the core and the network.
extension Misbehavior {
    /// Whether the core hears a message that came in.
    public mutating func incoming(_ message: LinkMessage, from peer: PeerID) -> Bool {
        if case .kademlia(.findNode(let request, let target, let count, let skip)) = message, notesQuestions {
            if questions.count >= settings.rememberedQuestions { questions.removeFirst() }
            questions.append(Question(peer: peer, request: request, target: target, count: count, skip: skip))
        }
        // An honest core would answer its own twin with a later entry, which ends the equivocation.
        guard behaviour == .equivocation else { return true }
        switch message {
        case .gossip(.push(let entries)): return !entries.contains(where: isOwn)
        case .gossip(.packedPush(let entries)), .gossip(.widePush(let entries)):
            return !entries.contains { packed in (try? packed.unpacked(of: meshID)).map(isOwn) ?? false }
        default: return true
        }
    }

    /// What goes out in the place of a message of the core: the message itself, another one, or nothing.
    public mutating func outgoing(
        _ message: LinkMessage, to peer: PeerID, knowing conspiracy: Conspiracy
    ) -> [LinkMessage] {
        switch (behaviour, message) {
        case (.blackHole, _): return swallow(message, to: peer)
        case (.equivocation, .gossip(let gossip)): return [.gossip(twisted(gossip, for: peer))]
        case (_, .kademlia(.nodes(let request, let records, let hasMore))) where misroutes:
            let room = hasMore ? records.count : KademliaMessage.maximumRecords
            return [misdirection(request: request, to: peer, room: room, knowing: conspiracy)]
        case (_, .verdict(let verdict)) where misroutes && !verdict.contacts.isEmpty:
            let others = conspiracy.members(
                of: circle, nearest: NodeKey(peer), count: verdict.contacts.count, except: peer)
            return [.verdict(Verdict(code: verdict.code, message: verdict.message, contacts: others.map(\.bytes)))]
        default: return [message]
        }
    }

    private var notesQuestions: Bool { misroutes || behaviour == .blackHole }

    private mutating func takeQuestion(_ request: UInt32, of peer: PeerID) -> Question? {
        guard let index = questions.firstIndex(where: { $0.request == request && $0.peer == peer }) else { return nil }
        return questions.remove(at: index)
    }

    // MARK: Black holes

    /// A black hole says what it must to be admitted and to enter others' tables, for a node that is in no table harms
    /// nobody: its tokens, its contact, questions of its own, and an empty answer to a peer that greets it. All other
    /// answers, and everything that should be passed on, stay with it.
    private mutating func swallow(_ message: LinkMessage, to peer: PeerID) -> [LinkMessage] {
        switch message {
        case .hello, .verdict, .calendar, .kademlia(.contact), .kademlia(.findNode): return [message]
        case .kademlia(.askTicket), .kademlia(.register), .kademlia(.findAdvertisements): return [message]
        case .kademlia(.askDialBack): return [message]
        case .kademlia(.registration), .kademlia(.advertisements), .kademlia(.dialBack): return []
        case .gossip(.compare), .gossip(.lack), .gossip(.want): return [message]
        case .kademlia(.nodes(let request, _, _)):
            guard let question = takeQuestion(request, of: peer), question.target == NodeKey(peer) else { return [] }
            return [.kademlia(.nodes(request: request, records: []))]
        case .gossip, .membership, .unlinked, .load: return []
        }
    }

    // MARK: Wrong directions

    /// An answer whose form and signatures are right, with nobody in it but accomplices.
    private mutating func misdirection(
        request: UInt32, to peer: PeerID, room: Int, knowing conspiracy: Conspiracy
    ) -> LinkMessage {
        guard let question = takeQuestion(request, of: peer) else {
            return .kademlia(.nodes(request: request, records: []))
        }
        let known = conspiracy.members(
            of: circle, nearest: question.target, count: question.skip + question.count, except: peer)
        let named = known.dropFirst(question.skip).prefix(room)
        return .kademlia(.nodes(request: request, records: named.map(\.bytes)))
    }

    // MARK: Twins

    /// Entries of this node become their twins on the way to half of all peers.
    private func twisted(_ message: GossipMessage, for peer: PeerID) -> GossipMessage {
        guard hearsTwin(peer) else { return message }
        switch message {
        case .push(let entries): return .push(entries.map(twin))
        case .supply(let request, let isLast, let entries):
            return .supply(request: request, isLast: isLast, entries: entries.map(twin))
        case .packedPush(let entries): return .packedPush(entries.map(twin))
        case .widePush(let entries): return .widePush(entries.map(twin))
        case .packedSupply(let request, let isLast, let entries):
            return .packedSupply(request: request, isLast: isLast, entries: entries.map(twin))
        case .have, .want, .compare, .difference, .lack, .summaries, .compareShards, .narrow, .announce, .graft, .prune,
            .tally, .revocations:
            return message
        }
    }

    private func twin(_ packed: PackedEntry) -> PackedEntry {
        guard let entry = try? packed.unpacked(of: meshID), isOwn(entry) else { return packed }
        return PackedEntry(plain: twin(entry))
    }

    private func twin(_ entry: [UInt8]) -> [UInt8] {
        isOwn(entry) ? forge.twin(of: entry) ?? entry : entry
    }

    /// Which of the two stories a peer is told, for ever.
    func hearsTwin(_ peer: PeerID) -> Bool {
        draws.happens(Ratio(1, 2), .malice, of: subject, peer.publicKey.bytes.bigEndianWords.0)
    }

    private func isOwn(_ entry: [UInt8]) -> Bool {
        EntryForge.publisher(of: entry) == identity.publicKey.bytes
    }
}

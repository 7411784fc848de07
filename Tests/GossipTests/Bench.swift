import Overlay

@testable import Gossip

/// One node under test and what it asks for; the test plays its neighbours.
struct Bench {
    var mesh: Mesh
    var outbox: [MeshAction] = []
    var now: Moment

    /// - Parameter isEager: whether every neighbour is pushed to from the start.
    init(
        _ number: UInt64 = 100, settings: GossipSettings = GossipSettings(), isEager: Bool = true,
        at now: Moment = moment(0)
    ) {
        var settings = settings
        if isEager { settings.eagerAtFirst = .max }
        mesh = Mesh(
            identity: identity(number), meshID: testMesh, settings: settings, random: RandomSource(seed: number))
        self.now = now
    }

    mutating func up(_ peer: Identity, with abilities: GossipAbilities = GossipAbilities()) {
        mesh.neighborUp(peer.peerID, with: abilities, at: now, into: &outbox)
    }
    mutating func down(_ peer: Identity) { mesh.neighborDown(peer.peerID, at: now, into: &outbox) }
    mutating func wake() { mesh.wake(at: now, into: &outbox) }

    mutating func receive(_ message: GossipMessage, from peer: Identity) {
        mesh.receive(message, from: peer.peerID, at: now, into: &outbox)
    }

    @discardableResult
    mutating func publish(_ models: [String]) throws -> Publication {
        mesh.publish(offers: [try offer(models: models)], at: now, into: &outbox)
    }

    /// Goes to `seconds` after the start, waking whenever the node asks for it.
    /// - Returns: how often it woke.
    @discardableResult
    mutating func run(to seconds: UInt64) -> Int {
        var wakes = 0
        let end = moment(seconds).instant
        while mesh.nextDeadline <= end {
            let milliseconds = (mesh.nextDeadline.nanoseconds + 999_999) / 1_000_000
            now = moment(0, plus: max(milliseconds, now.instant.nanoseconds / 1_000_000))
            wake()
            wakes += 1
        }
        now = moment(seconds)
        return wakes
    }

    /// What was sent to `peer` since the last look, and forgets the rest.
    mutating func sent(to peer: Identity) -> [GossipMessage] {
        defer { outbox = [] }
        return outbox.compactMap { action in
            if case .send(let message, to: peer.peerID) = action { message } else { nil }
        }
    }

    var drops: [DropReason] {
        outbox.compactMap { action in if case .drop(let reason, _) = action { reason } else { nil } }
    }

    var changes: [CatalogChange] {
        outbox.compactMap { action in if case .changed(let change) = action { change } else { nil } }
    }
}

extension [GossipMessage] {
    /// The entries pushed.
    var pushed: [[UInt8]] {
        var entries: [[UInt8]] = []
        for case .push(let some) in self { entries += some }
        return entries
    }

    /// The entries of packed pushes.
    var packed: [PackedEntry] {
        var entries: [PackedEntry] = []
        for case .packedPush(let some) in self { entries += some }
        return entries
    }

    /// The number of the comparison that was opened last.
    var comparison: UInt32? {
        var number: UInt32?
        for case .compare(let session, _) in self { number = session }
        return number
    }

    /// The ranges that were said last.
    var compared: (session: UInt32, ranges: [UInt8])? {
        var message: (session: UInt32, ranges: [UInt8])?
        for case .compare(let session, let ranges) in self { message = (session, ranges) }
        return message
    }

    /// The last question for entries.
    var wanted: (request: UInt32, summaries: [EntrySummary])? {
        var question: (request: UInt32, summaries: [EntrySummary])?
        for case .want(let request, let summaries) in self { question = (request, summaries) }
        return question
    }
}

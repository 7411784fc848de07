import Overlay

@testable import Gossip

/// A neighbour that answers comparisons and hands out entries, played by a test.
struct Answerer {
    var catalog: Catalog

    /// What it says to a message; nil to what needs no answer.
    func answer(_ message: GossipMessage) throws -> GossipMessage? {
        switch message {
        case .compare(let session, let ranges):
            let reconciler = Reconciler(
                catalog.items(salt: session).vector, frameLimit: GossipSettings.rangesLength)
            return .difference(session: session, try reconciler.answer(ranges))
        case .lack(let session, let ids):
            return .summaries(session: session, catalog.items(salt: session).summaries(of: ids, in: catalog))
        case .want(let request, let summaries):
            let entries = summaries.flatMap { catalog.records(withKey: $0.key) }.compactMap { $0.entry?.bytes }
            return .supply(request: request, isLast: true, entries: entries)
        case .push, .supply, .have, .difference, .summaries, .announce, .graft, .prune, .tally, .revocations,
            .packedPush, .packedSupply, .widePush, .compareShards, .narrow:
            return nil
        }
    }

    /// Talks with the node under test until neither has anything to say.
    /// - Returns: what the node said.
    func converse(with bench: inout Bench, as peer: Identity) throws -> [GossipMessage] {
        var said: [GossipMessage] = []
        var messages = bench.sent(to: peer)
        while !messages.isEmpty {
            said += messages
            for message in messages { if let answer = try answer(message) { bench.receive(answer, from: peer) } }
            messages = bench.sent(to: peer)
        }
        return said
    }
}

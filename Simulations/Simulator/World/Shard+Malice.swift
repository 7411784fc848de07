import Gossip
import Inference
import Overlay

/// Nodes that do something beside the protocol: an honest core, and a ``Misbehavior`` between it and the network.
extension Shard {
    /// A node becomes malicious.
    /// - Parameter circle: the number of the fault.
    mutating func corrupt(_ node: NodeIndex, _ behaviour: Behaviour, circle: Int) {
        guard has(node) else { return }
        var misbehavior = Misbehavior(
            behaviour, of: node, circle: Conspiracy.Circle(circle), identity: setup.factory.identity(of: node),
            meshID: setup.factory.meshID, draws: setup.draws)
        misbehavior.begin(at: now, wall: moment(of: node).wall, into: &conspiracy)
        misbehaviors[node] = misbehavior
        makeWantedLinks(of: node)
        scheduleAct(of: node)
    }

    /// It is honest from now on.
    mutating func reform(_ node: NodeIndex) {
        misbehaviors.removeValue(forKey: node)?.end(in: &conspiracy)
    }

    /// Whether a node's core hears of an event.
    mutating func hears(_ event: LinkEvent, on link: LinkID, _ node: NodeIndex) -> Bool {
        guard !misbehaviors.isEmpty, misbehaviors[node] != nil else { return true }
        switch event {
        case .message(let message):
            guard let peer = peer(on: link, of: node) else { return true }
            return misbehaviors[node]?.incoming(message, from: peer) ?? true
        case .streamOpened, .libp2pStreamOpened, .streamData, .streamFinished, .streamReset:
            return misbehaviors[node]?.hearsCircuits ?? true
        case .established, .identified, .roundTrip, .streamSent, .closed:
            return true
        }
    }

    /// What goes out in the place of a message of a core.
    mutating func outgoing(_ message: LinkMessage, on link: LinkID, from node: NodeIndex) -> [LinkMessage] {
        guard !misbehaviors.isEmpty, misbehaviors[node] != nil, let peer = peer(on: link, of: node) else {
            return [message]
        }
        return misbehaviors[node]?.outgoing(message, to: peer, knowing: conspiracy) ?? [message]
    }

    /// What a node does without being asked.
    mutating func misbehave(_ node: NodeIndex) {
        guard misbehaviors[node] != nil else { return }
        if self[node].isRunning {
            let neighbors = self[node].peer.linkedPeers
            let wall = moment(of: node).wall
            let sendings = misbehaviors[node]?.act(at: now, wall: wall, neighbors: neighbors, knowing: &conspiracy)
            for sending in sendings ?? [] {
                guard let link = self[node].peer.usableLink(to: sending.peer) else { continue }
                transmit(sending.message, on: link, from: node)
            }
            makeWantedLinks(of: node)
        } else {
            misbehaviors[node]?.pass(until: now)
        }
        scheduleAct(of: node)
    }

    private mutating func scheduleAct(of node: NodeIndex) {
        guard let next = misbehaviors[node]?.nextAct, next < .distantFuture else { return }
        schedule(.malice, for: node, at: max(next, now), by: node)
    }

    /// Connects to the nodes that it wants a link to, whatever its core thinks of it.
    private mutating func makeWantedLinks(of node: NodeIndex) {
        guard self[node].isRunning else { return }
        for other in misbehaviors[node]?.wantedLinks ?? [] where other != node {
            let hasOne = self[node].ends.contains { ends[$0]?.other == other }
            if !hasOne { connect(node, to: other, for: DialID(number: .max), expecting: setup.ids[other.offset]) }
        }
    }

    private func peer(on link: LinkID, of node: NodeIndex) -> PeerID? {
        self[node].links[link].flatMap { ends[$0] }.map { setup.ids[$0.other.offset] }
    }
}

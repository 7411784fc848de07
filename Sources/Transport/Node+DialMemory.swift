import Gossip
import Inference
import Overlay

/// One address that a node tried.
public struct DialStatus: Sendable {
    public var address: Multiaddr
    /// One of those that the node begins with.
    public var isBootstrap: Bool
    public var attempts: UInt64
    /// Since the last try began.
    public var age: TimeSpan
    public var peer: PeerID?
    /// Whether there is a link to that peer now that both ends admitted.
    public var isLinked: Bool
    /// The mesh of whoever answered, when it is another one than this node's.
    public var otherMesh: MeshID?
    public var outcome: DialOutcome
}

/// Words that were said some time ago.
public struct PastWords: Sendable {
    public var words: String
    public var age: TimeSpan
}

/// What a node knows of finding its mesh and being found.
public struct JoiningStatus: Sendable {
    /// Those that the node begins with first, then by the time of the last try, latest first.
    public var dials: [DialStatus]
    /// Links that others opened, since the start.
    public var inboundLinks: UInt64
    /// Since the last of them.
    public var lastInbound: TimeSpan?
    /// The last time that this node refused who had dialed it.
    public var refusedHere: PastWords?
    /// The last time that a peer that had dialed this node refused it.
    public var refused: PastWords?
    /// How far the newest statement of another node is ahead of this node's clock; nil without any statement.
    public var othersAhead: TimeSpan?
    /// By how many milliseconds most neighbours' calendars are ahead of this node's, negative when they are behind; nil while too few
    /// are known.
    public var calendarLead: Int64?
    /// Entries of the catalog that were not taken because they were issued too far ahead of this node's clock, or were
    /// over by it when they came.
    public var untimelyEntries: UInt64
}

extension Node {
    /// What this node tried, and what it heard.
    public func joining() -> JoiningStatus {
        let now = NodeClock.instant
        let dials = dialMemory.entries.reversed().map { address, entry in
            DialStatus(
                address: address, isBootstrap: entry.isBootstrap, attempts: entry.attempts,
                age: now.since(entry.triedAt), peer: entry.peer,
                isLinked: entry.peer.map { peer.usableLink(to: $0) != nil } ?? false, otherMesh: entry.otherMesh,
                outcome: entry.outcome)
        }
        let past = { (said: (words: String, at: Instant)?) in
            said.map { PastWords(words: $0.words, age: now.since($0.at)) }
        }
        return JoiningStatus(
            dials: dials.filter(\.isBootstrap) + dials.filter { !$0.isBootstrap }, inboundLinks: inbound.links,
            lastInbound: inbound.lastAt.map(now.since), refusedHere: past(inbound.refusedHere),
            refused: past(inbound.refused), othersAhead: othersAhead,
            calendarLead: peer.calendarLead(at: NodeClock.now),
            untimelyEntries: peer.mesh.counts.fromTheFuture &+ peer.mesh.counts.refusedExpired)
    }

    private var othersAhead: TimeSpan? {
        let entries = peer.mesh.catalog.entries.filter { $0.peer != id }.map(\.header.issuedAt)
        let contacts = peer.kademlia.knownContacts(limit: configuration.transport.keptContacts).map(\.contact.issuedAt)
        return (entries + contacts).max().map { $0.since(NodeClock.now.wall) }
    }

    // MARK: What is remembered

    /// The name of a dialed address in the memory: with the peer that has to answer there.
    func remembered(_ address: Multiaddr, of dial: DialID) -> Multiaddr {
        guard let peer = dials[dial]?.peer, address.peer == nil else { return address }
        return address.with(peer: peer)
    }

    func note(_ event: LinkEvent, on link: LinkID) {
        switch event {
        case .established(let peer, let direction, _):
            channels[link]?.peer = peer
            noteDialed(link) {
                $0.peer = peer
                $0.outcome = .answered
            }
            guard direction == .inbound else { return }
            inbound.links &+= 1
            inbound.lastAt = NodeClock.instant
        case .message(.hello(let hello)) where hello.meshID != meshID:
            noteDialed(link) { $0.otherMesh = hello.meshID }
        case .message(.verdict(let verdict)):
            note(verdict, on: link)
        case .closed(let reason):
            noteDialed(link) { entry in
                switch entry.outcome {
                case .connecting, .answered: entry.outcome = .failed(reason)
                default: break
                }
            }
        default:
            break
        }
    }

    private func note(_ verdict: Verdict, on link: LinkID) {
        let outcome: DialOutcome
        switch verdict.code {
        case .admitted: outcome = .admitted
        case .refused: outcome = .refused(verdict.message)
        case .full: outcome = .full(verdict.message)
        case .leaving: outcome = .leaving(verdict.message)
        case .surplus: return
        }
        noteDialed(link) { $0.outcome = outcome }
        guard case .refused(let words) = outcome, let channel = channels[link], channel.dialed == nil else { return }
        inbound.refused = ("\(name(of: channel)) refuses this node: \(words)", NodeClock.instant)
    }

    /// What this node says on a link. A word of the other side counts more, because only it can be acted on there.
    func note(saying message: LinkMessage, on link: LinkID) {
        guard case .verdict(let verdict) = message, verdict.code == .refused, let channel = channels[link] else {
            return
        }
        noteDialed(link) { entry in
            if case .refused = entry.outcome { return }
            entry.outcome = .refusedHere(verdict.message)
        }
        guard channel.dialed == nil else { return }
        inbound.refusedHere = ("\(name(of: channel)): \(verdict.message)", NodeClock.instant)
    }

    private func name(of channel: LinkChannel) -> String {
        let place = channel.channel.remoteAddress?.multiaddr?.text ?? "an unknown address"
        return channel.peer.map { "\($0) at \(place)" } ?? place
    }

    private func noteDialed(_ link: LinkID, _ change: (inout DialMemory.Entry) -> Void) {
        guard let address = channels[link]?.dialed else { return }
        dialMemory.change(address, change)
    }
}

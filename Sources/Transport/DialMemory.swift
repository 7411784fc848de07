import Gossip
import Inference
import OrderedCollections
import Overlay

/// How the last try to reach an address went.
public enum DialOutcome: Hashable, Sendable {
    /// Nothing has come back yet.
    case connecting
    /// No connection, or one to somebody else, and why.
    case failed(String)
    /// The peer proved who it is; whether it takes this node is not known yet.
    case answered
    /// The peer took this node's token.
    case admitted
    /// The peer refuses this node, in its words.
    case refused(String)
    /// This node refuses the peer, in the words that the peer was told.
    case refusedHere(String)
    /// The peer has no room.
    case full(String)
    /// The peer is going away.
    case leaving(String)
}

/// Which addresses a node tried of late, and what each said. Bounded: when it is full, the address that was tried longest
/// ago goes; one that the node begins with goes last.
struct DialMemory {
    struct Entry {
        let isBootstrap: Bool
        var attempts: UInt64 = 0
        var triedAt = Instant.zero
        /// Who answered there.
        var peer: PeerID?
        /// The mesh of whoever answered, when it is another one.
        var otherMesh: MeshID?
        var outcome = DialOutcome.connecting
    }

    private let capacity: Int
    private let bootstraps: Set<Multiaddr>
    /// Tried longest ago first.
    private(set) var entries: OrderedDictionary<Multiaddr, Entry> = [:]

    init(capacity: Int, bootstraps: [Multiaddr]) {
        self.capacity = max(1, capacity)
        self.bootstraps = Set(bootstraps)
    }

    /// An address is being dialed.
    mutating func began(_ address: Multiaddr, at now: Instant) {
        var entry = entries.removeValue(forKey: address) ?? Entry(isBootstrap: bootstraps.contains(address))
        entry.attempts &+= 1
        entry.triedAt = now
        entry.peer = nil
        entry.otherMesh = nil
        entry.outcome = .connecting
        if entries.count >= capacity { makeRoom() }
        entries[address] = entry
    }

    private mutating func makeRoom() {
        guard let index = entries.values.firstIndex(where: { !$0.isBootstrap }) ?? entries.values.indices.first else {
            return
        }
        entries.remove(at: index)
    }

    mutating func change(_ address: Multiaddr, _ change: (inout Entry) -> Void) {
        guard var entry = entries[address] else { return }
        change(&entry)
        entries[address] = entry
    }

    mutating func failed(_ address: Multiaddr, _ reason: String) {
        change(address) { $0.outcome = .failed(reason) }
    }
}

/// What happened on links that others opened.
struct InboundMemory {
    var links: UInt64 = 0
    var lastAt: Instant?
    /// The last refusal by this node, and the last by a peer that had dialed it: the words and when.
    var refusedHere: (words: String, at: Instant)?
    var refused: (words: String, at: Instant)?
}

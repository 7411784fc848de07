import OrderedCollections
import Overlay

/// Which addresses to try and when: the bootstrap addresses until the node has links, then contacts that the DHT found,
/// with growing pauses after failures and a bound on how many are under way.
struct Dialer {
    /// What a dial is for, so that its end can be told to whoever wanted it.
    enum Purpose: Hashable {
        case bootstrap(index: Int)
        case peer(PeerID)
    }

    private struct Pause {
        var failures: Int
        var until: Instant
        /// From the last failure to ``until``.
        var length = TimeSpan.zero
    }

    private struct Bootstrap {
        var address: Multiaddr
        var peer: PeerID?
        var pause = Pause(failures: 0, until: .zero)
        var isUnderWay = false
    }

    private var bootstraps: [Bootstrap]
    private var underWay: OrderedDictionary<DialID, Purpose> = [:]
    private var pauses: OrderedDictionary<PeerID, Pause> = [:]
    private var nextNumber: UInt64 = 1

    init(bootstraps: [Multiaddr]) {
        self.bootstraps = bootstraps.map { Bootstrap(address: $0, peer: $0.peer) }
    }

    var count: Int { underWay.count }
    var hasBootstraps: Bool { !bootstraps.isEmpty }

    func isDialing(_ peer: PeerID) -> Bool { underWay.values.contains(.peer(peer)) }

    /// Whether a dial to this peer may start now.
    func mayDial(_ peer: PeerID, at now: Instant, settings: PeerSettings) -> Bool {
        guard underWay.count < settings.mostDials, !isDialing(peer) else { return false }
        return (pauses[peer]?.until ?? .zero) <= now
    }

    mutating func begin(_ purpose: Purpose) -> DialID {
        let id = DialID(number: nextNumber)
        nextNumber += 1
        underWay[id] = purpose
        return id
    }

    /// The bootstrap addresses that are due, each with the peer that must prove itself there, marked as under way. Each
    /// is left alone for longer the next time, until there is a link: who answers there may still refuse this node.
    mutating func dueBootstraps(
        at now: Instant, settings: PeerSettings, random: inout RandomSource, isLinked: (PeerID) -> Bool
    ) -> [(DialID, PeerID?, Multiaddr)] {
        var due: [(DialID, PeerID?, Multiaddr)] = []
        for index in bootstraps.indices {
            let bootstrap = bootstraps[index]
            guard underWay.count < settings.mostDials, !bootstrap.isUnderWay, bootstrap.pause.until <= now else {
                continue
            }
            if let peer = bootstrap.peer, isLinked(peer) { continue }
            bootstraps[index].isUnderWay = true
            lengthen(&bootstraps[index].pause, at: now, settings: settings, random: &random)
            due.append((begin(.bootstrap(index: index)), bootstrap.peer, bootstrap.address))
        }
        return due
    }

    /// Somebody answered. Pauses stay as they are until ``linked(with:)``.
    mutating func succeeded(_ id: DialID) {
        guard case .bootstrap(let index) = underWay.removeValue(forKey: id) else { return }
        bootstraps[index].isUnderWay = false
    }

    /// A link came up that both ends admitted.
    mutating func linked(with peer: PeerID) {
        pauses[peer] = nil
        for index in bootstraps.indices { bootstraps[index].pause = Pause(failures: 0, until: .zero) }
    }

    mutating func failed(
        _ id: DialID, at now: Instant, settings: PeerSettings, random: inout RandomSource
    ) -> Purpose? {
        guard let purpose = underWay.removeValue(forKey: id) else { return nil }
        switch purpose {
        case .bootstrap(let index):
            bootstraps[index].isUnderWay = false
            bootstraps[index].pause.until = now + bootstraps[index].pause.length
        case .peer(let peer):
            avoid(peer, at: now, settings: settings, random: &random)
        }
        return purpose
    }

    /// Leaves a peer alone for a while, longer each time in a row.
    mutating func avoid(
        _ peer: PeerID, at now: Instant, settings: PeerSettings, random: inout RandomSource
    ) {
        var pause = pauses.removeValue(forKey: peer) ?? Pause(failures: 0, until: .zero)
        lengthen(&pause, at: now, settings: settings, random: &random)
        if pauses.count >= settings.mostRemembered { pauses.removeFirst() }
        pauses[peer] = pause
    }

    private func lengthen(
        _ pause: inout Pause, at now: Instant, settings: PeerSettings, random: inout RandomSource
    ) {
        let doubled = settings.firstRetry * (1 << UInt64(min(pause.failures, 16)))
        pause.failures += 1
        pause.length = random.jittered(min(doubled, settings.longestRetry), percent: 20)
        pause.until = now + pause.length
    }
}

import Gossip
import OrderedCollections
import Overlay

/// Hosts whose entries stand in the catalog but that this node could not reach when it tried.
///
/// That a neighbour lost its link to a host, that one could not reach it, or that a request found no path, only makes this
/// node try for itself: nobody is called gone on somebody else's word. A host that could not be reached is tried again with
/// growing pauses, and is back at once when it says something new.
struct Reachability {
    /// What is held against a host.
    struct Suspicion {
        /// By this node's calendar. What the host says later clears it.
        let since: WallTime
        var stage: Stage

        /// Whether requests should not be sent there.
        var isConfirmed: Bool {
            switch stage {
            case .unreachable, .retrying, .returning: true
            case .waiting, .trying: false
            }
        }
    }

    enum Stage: Hashable {
        /// It is tried then, when there is room; it still counts as there. `isSecond` when a first try ended in silence.
        case waiting(until: Instant, isSecond: Bool)
        /// A try is under way; the host still counts as there.
        case trying(isSecond: Bool)
        /// It could not be reached; it is tried again then.
        case unreachable(nextTry: Instant, failures: UInt64)
        /// It could not be reached before, and another try is under way.
        case retrying(failures: UInt64)
        /// It proved itself without saying anything new; it counts as there from then on. `isDoubtful` when somebody could not
        /// reach it since.
        case returning(at: Instant, isDoubtful: Bool)

        var isUnderWay: Bool {
            switch self {
            case .trying, .retrying: true
            case .waiting, .unreachable, .returning: false
            }
        }

        /// When a try is to begin.
        fileprivate var tryAt: Instant? {
            switch self {
            case .waiting(let until, _): until
            case .unreachable(let nextTry, _): nextTry
            case .returning(let at, _): at
            case .trying, .retrying: nil
            }
        }
    }

    /// What the neighbours were told of a host.
    private struct Telling {
        /// Of the entry that the host had. A host with another one has been there since.
        let sequence: UInt64
        let at: Instant
        /// There was more to say since, too soon to say it.
        var isOwed = false
    }

    private var hosts: OrderedDictionary<PeerID, Suspicion> = [:]
    /// Tries that are under way.
    private(set) var triesUnderWay = 0
    /// Not later than the next try. After the death of many hosts there are too many to look at all of them after each entry.
    private var soonestTry = Instant.distantFuture
    /// When hosts proved themselves last.
    private var proven: RecentTable<PeerID, Instant>
    private var tellings: RecentTable<PeerID, Telling>
    /// Hosts without an entry here that somebody could not reach.
    private var doubts: RecentTable<PeerID, Moment>

    /// - Parameter memory: hosts that are remembered besides those that are suspected.
    init(memory: Int) {
        proven = RecentTable(capacity: memory)
        tellings = RecentTable(capacity: memory)
        doubts = RecentTable(capacity: memory)
    }

    subscript(host: PeerID) -> Suspicion? {
        get { hosts[host] }
        set {
            if hosts[host]?.stage.isUnderWay == true { triesUnderWay -= 1 }
            if newValue?.stage.isUnderWay == true { triesUnderWay += 1 }
            soonestTry = min(soonestTry, newValue?.stage.tryAt ?? .distantFuture)
            hosts[host] = newValue
        }
    }

    /// Whether requests should not be sent there.
    func isUnreachable(_ host: PeerID) -> Bool { hosts[host]?.isConfirmed ?? false }

    /// Hosts that could not be reached, longest known first.
    var unreachable: [PeerID] { hosts.compactMap { $0.value.isConfirmed ? $0.key : nil } }

    /// When to look for tries that are to begin, at the latest; never while as many as may be are under way.
    func nextDeadline(mostTries: Int) -> Instant { triesUnderWay < mostTries ? soonestTry : .distantFuture }

    /// After those that were due have been tried, as far as there was room.
    mutating func noteDeadline() {
        soonestTry = hosts.values.reduce(.distantFuture) { min($0, $1.stage.tryAt ?? .distantFuture) }
    }

    /// Hosts to be tried now, those that still count as there first.
    func due(at now: Instant) -> [PeerID] {
        let due = hosts.filter { $0.value.stage.tryAt.map { $0 <= now } ?? false }
        return due.filter { !$0.value.isConfirmed }.map(\.key) + due.filter { $0.value.isConfirmed }.map(\.key)
    }

    // MARK: Memory

    mutating func noteProof(of host: PeerID, at now: Instant) { proven[host] = now }

    /// When a host proved itself last, as far as that is remembered.
    func lastProof(of host: PeerID) -> Instant? { proven[host] }

    mutating func doubt(_ host: PeerID, at now: Moment) { doubts[host] = now }

    /// What was said of a host before its entry came.
    mutating func takeDoubt(about host: PeerID) -> Moment? { doubts.removeValue(forKey: host) }

    /// Whether the neighbours may be told that a host was lost or cannot be reached: of one entry once in `pause`.
    mutating func mayTell(of host: PeerID, sequence: UInt64, at now: Instant, pause: TimeSpan) -> Bool {
        if let last = tellings[host], last.sequence == sequence, now.since(last.at) < pause {
            tellings[host]?.isOwed = true
            return false
        }
        tellings[host] = Telling(sequence: sequence, at: now)
        return true
    }

    /// Whether there is something that was too soon to be said.
    func owesWord(of host: PeerID) -> Bool { tellings[host]?.isOwed ?? false }

    /// Nothing is to be said of a host any more.
    mutating func forgive(_ host: PeerID) { tellings[host]?.isOwed = false }
}

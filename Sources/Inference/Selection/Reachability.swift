import OrderedCollections
import Overlay

/// Hosts whose entries stand in the catalog but that this node could not reach when it tried.
///
/// That a neighbour lost its link to a host, or that a request found no path, only makes this node try for itself: nobody
/// is called gone on somebody else's word. A host that could not be reached is tried again with growing pauses, and is
/// back at once when it says something new.
struct Reachability {
    enum Standing: Hashable {
        /// A first try is under way; the host still counts as there.
        case suspected
        /// It could not be reached; it is tried again then.
        case unreachable(nextTry: Instant, failures: UInt64)
        /// It could not be reached before, and another try is under way.
        case retrying(failures: UInt64)
    }

    private var hosts: OrderedDictionary<PeerID, Standing> = [:]

    subscript(host: PeerID) -> Standing? {
        get { hosts[host] }
        set { hosts[host] = newValue }
    }

    /// Whether requests should not be sent there.
    func isUnreachable(_ host: PeerID) -> Bool {
        switch hosts[host] {
        case .unreachable, .retrying: true
        case .suspected, nil: false
        }
    }

    /// Tries that are under way.
    var triesUnderWay: Int {
        hosts.values.count { standing in
            if case .unreachable = standing { false } else { true }
        }
    }

    var nextDeadline: Instant {
        hosts.values.reduce(.distantFuture) { earliest, standing in
            guard case .unreachable(let nextTry, _) = standing else { return earliest }
            return min(earliest, nextTry)
        }
    }

    func due(at now: Instant) -> [PeerID] {
        hosts.compactMap { host, standing in
            guard case .unreachable(let nextTry, _) = standing, nextTry <= now else { return nil }
            return host
        }
    }
}

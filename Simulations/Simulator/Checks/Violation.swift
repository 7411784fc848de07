import Overlay

/// A property that did not hold.
public struct Violation: Hashable, Sendable {
    /// The names of all properties, as they are printed.
    public enum Property: String, CaseIterable, Sendable {
        // Safety: must hold at every moment.
        /// Only entries that their publisher signed are listed.
        case forgedEntry = "catalog.forged"
        /// Nothing is listed that is over.
        case expiredEntry = "catalog.expired"
        /// A listed entry is only replaced by a later one, and nothing comes back.
        case rolledBack = "catalog.rolled-back"
        /// Entries leave the list when they were withdrawn or are over, not otherwise.
        case lostEntry = "catalog.lost"
        /// No node has more links than its settings allow.
        case linkBound = "links.bound"
        /// No node keeps a link to itself.
        case selfLink = "links.self"
        /// Catalog and routing agree with the node about who is linked.
        case partsDisagree = "links.parts"
        /// A message that a node sent is read by the other side, and means the same.
        case codec = "wire.codec"
        /// Time goes on: a wake leads to a later deadline.
        case spinning = "timers.spinning"

        /// A routing table is as Kademlia says: nobody twice, everybody in the right bucket, none too full.
        case tableShape = "tables.shape"
        /// Few peers of one network are in a table.
        case tablePrefixes = "tables.prefixes"
        /// Nothing that a node keeps grows beyond its bound.
        case nodeBound = "nodes.bounds"
        /// Strangers get no more bytes than a constant.
        case amplification = "links.amplification"
        /// Honest nodes find nothing wrong with what honest nodes say.
        case honestRefused = "nodes.refused"
        /// A request is executed at most once and has one end.
        case requestTwice = "requests.once"
        /// No node is on the way of a request twice.
        case routeLoop = "routes.loop"

        // Liveness: must hold within a bound after the last fault.
        /// Every node lists every live entry, and all list the same.
        case notConverged = "catalog.converged"
        /// A link is known at both ends.
        case oneSidedLink = "links.mutual"
        /// All honest live nodes are connected with each other.
        case split = "links.components"
        /// Every request comes to an end.
        case requestLost = "requests.ended"
        /// Every node finds every other by a lookup.
        case lookupFailed = "lookup.found"
    }

    public let property: Property
    public let time: VirtualTime
    /// Nil when it is about all.
    public let node: NodeIndex?
    public let text: String

    public init(_ property: Property, at time: VirtualTime, node: NodeIndex? = nil, _ text: String) {
        self.property = property
        self.time = time
        self.node = node
        self.text = text
    }
}

extension Violation: CustomStringConvertible {
    public var description: String {
        let place = node.map { " node \($0)" } ?? ""
        return "\(property.rawValue) at \(time)\(place): \(text)"
    }
}

/// The violations of a run; the first ones are kept, all are counted.
public struct Violations: Sendable {
    /// Kept at most: enough to see what is wrong, however often it happens.
    public static let capacity = 100

    public private(set) var first: [Violation] = []
    public private(set) var count = 0

    public init() {}

    public var isEmpty: Bool { count == 0 }

    mutating func note(_ violation: Violation) {
        count += 1
        if first.count < Self.capacity { first.append(violation) }
    }
}

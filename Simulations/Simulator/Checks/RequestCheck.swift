import Overlay

/// Follows requests from their beginning to their one end.
public struct RequestCheck: Sendable {
    /// Names a request in the whole world.
    public struct ID: Hashable, Comparable, Sendable {
        public let caller: NodeIndex
        public let number: UInt64

        public init(caller: NodeIndex, number: UInt64) {
            self.caller = caller
            self.number = number
        }

        /// Reads what ``description`` wrote.
        init?(parsing text: String) {
            let parts = text.split(separator: "-").compactMap { UInt64($0) }
            guard parts.count == 2, let caller = Int(exactly: parts[0]) else { return nil }
            self.init(caller: NodeIndex(caller), number: parts[1])
        }

        public static func < (left: ID, right: ID) -> Bool {
            (left.caller, left.number) < (right.caller, right.number)
        }
    }

    private struct Course: Sendable {
        var executions = 0
        var ends = 0
    }

    /// Requests that have not ended, and those that were executed at hosts of this shard.
    private var courses: [ID: Course] = [:]
    private var open: Set<ID> = []

    public init() {}

    /// An agent made a request.
    public mutating func began(_ id: ID) { open.insert(id) }

    /// A backend got the whole request.
    public mutating func executed(_ id: ID, at time: VirtualTime, into violations: inout [Violation]) {
        courses[id, default: Course()].executions += 1
        guard let count = courses[id]?.executions, count > 1 else { return }
        let text = "request \(id.number) was executed \(count) times"
        violations.append(Violation(.requestTwice, at: time, node: id.caller, text))
    }

    /// The agent was told how it ended: with an answer or without.
    public mutating func ended(_ id: ID, at time: VirtualTime, into violations: inout [Violation]) {
        open.remove(id)
        courses[id, default: Course()].ends += 1
        guard let count = courses[id]?.ends, count > 1 else { return }
        let text = "request \(id.number) ended \(count) times"
        violations.append(Violation(.requestTwice, at: time, node: id.caller, text))
    }

    /// The caller does not run any more, and nobody waits for its requests.
    public mutating func stopped(_ caller: NodeIndex) { open = open.filter { $0.caller != caller } }

    /// The way of a request is known.
    /// - Parameter hops: relays in order, then the host.
    public func took(_ hops: [NodeIndex], by id: ID, at time: VirtualTime, into violations: inout [Violation]) {
        guard Set(hops).union([id.caller]).count < hops.count + 1 else { return }
        let way = ([id.caller] + hops).map(\.description).joined(separator: ", ")
        let text = "request \(id.number) went through a node twice: \(way)"
        violations.append(Violation(.routeLoop, at: time, node: id.caller, text))
    }

    /// Takes in what another shard saw; a request may have been executed in both.
    public mutating func merge(_ other: RequestCheck, at time: VirtualTime, into violations: inout [Violation]) {
        for (id, theirs) in other.courses.sorted(by: { $0.key < $1.key }) {
            let ours = courses[id, default: Course()]
            courses[id] = Course(executions: ours.executions + theirs.executions, ends: ours.ends + theirs.ends)
            guard ours.executions > 0, theirs.executions > 0 else { continue }
            let text = "request \(id.number) was executed \(ours.executions + theirs.executions) times"
            violations.append(Violation(.requestTwice, at: time, node: id.caller, text))
        }
        open.formUnion(other.open)
    }

    /// Requests of this shard's callers that have not ended, in order.
    public var unfinished: [ID] { open.sorted() }

    /// When nothing goes wrong any more, every request must have ended.
    public func inspectEnd(at time: VirtualTime, into violations: inout [Violation]) {
        for id in unfinished {
            let text = "request \(id.number) has not ended"
            violations.append(Violation(.requestLost, at: time, node: id.caller, text))
        }
    }
}

extension RequestCheck.ID: CustomStringConvertible {
    /// `12-5`: the fifth request of node 12.
    public var description: String { "\(caller)-\(number)" }
}

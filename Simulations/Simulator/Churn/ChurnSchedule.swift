import Overlay

/// When nodes leave and come back, by keyed draws: what happens to a node depends on the seed and its number alone, so it can
/// be worked out one transition after another.
public struct ChurnSchedule: Sendable {
    /// A node stays for so long, and then it is away for so long.
    public struct Cycle: Hashable, Sendable {
        public let session: TimeSpan
        public let absence: TimeSpan
    }

    /// The next change of a node.
    public struct Transition: Hashable, Sendable {
        public let time: VirtualTime
        /// It comes back; otherwise it leaves.
        public let comesBack: Bool
    }

    /// Where a node is in its cycles; eight bytes to keep for each.
    public struct Position: Hashable, Sendable {
        var changes: UInt64 = 0

        public init() {}
    }

    /// No session and no absence is shorter, however much they are sped up: nobody notices what is gone at once.
    public static let shortest = TimeSpan.milliseconds(100)

    private let table: ChurnTable
    private let speedup: UInt64
    private let start: VirtualTime
    private let end: VirtualTime
    private let draws: Draws

    /// - Parameter churn: a speed-up of zero counts as one.
    public init(_ churn: Churn, seed: UInt64) {
        table = ChurnTable(churn.model)
        speedup = max(1, churn.speedup)
        start = .zero + churn.start
        end = churn.end.map { .zero + $0 } ?? .distantFuture
        draws = Draws(seed: seed)
    }

    /// A node's cycle by its number. The first begins when churn does: its session is what is left of one that began before.
    public func cycle(_ number: UInt64, of node: NodeIndex) -> Cycle {
        let subject = UInt64(node.number)
        let word = draws.word(.churn, of: subject, number * 3)
        let session =
            number == 0
            ? table.remainder(of: word, within: draws.word(.churn, of: subject, 2))
            : TimeSpan(nanoseconds: table.sessions.value(of: word))
        let absence = draws.value(of: table.absences, .churn, of: subject, number * 3 + 1)
        return Cycle(session: spedUp(session), absence: spedUp(TimeSpan(nanoseconds: absence)))
    }

    /// When a node first leaves; nil when that is after churn has ended.
    public func first(of node: NodeIndex, at position: inout Position) -> Transition? {
        position = Position()
        return next(of: node, after: start, at: &position)
    }

    /// What follows a change that happened at `time`; nil when the node leaves no more because churn ends before. Who is away
    /// at the end of churn comes back when it ends.
    public func next(of node: NodeIndex, after time: VirtualTime, at position: inout Position) -> Transition? {
        let comesBack = position.changes % 2 == 1
        let cycle = cycle(position.changes / 2, of: node)
        position.changes += 1
        let time = time + (comesBack ? cycle.absence : cycle.session)
        if comesBack { return Transition(time: min(time, end), comesBack: true) }
        return time < end ? Transition(time: time, comesBack: false) : nil
    }

    private func spedUp(_ span: TimeSpan) -> TimeSpan { max(Self.shortest, span / speedup) }
}

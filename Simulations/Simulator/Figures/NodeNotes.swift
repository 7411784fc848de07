import Overlay

/// What is noted of one node while a run goes on. Kept small: worlds have a million of them.
struct NodeNotes: Sendable {
    private enum Flag {
        static let malicious: UInt8 = 1
        static let hasLink: UInt8 = 2
        static let hasTable: UInt8 = 4
        static let isComplete: UInt8 = 8
        static let wasComplete: UInt8 = 16
        static let wasStarted: UInt8 = 32
    }

    private var flags: UInt8 = 0
    /// Links that it counts as admitted.
    var links: UInt16 = 0
    /// Its last start; never while it does not run.
    private(set) var startedAt = VirtualTime.distantFuture
    /// When it had a link and a table for the first time since its last start.
    private(set) var joinedAt = VirtualTime.distantFuture
    /// Time that it ran before its last start.
    private var ranBefore = TimeSpan.zero
    /// Sent since the world began.
    var bytes: UInt64 = 0

    var isRunning: Bool { startedAt < .distantFuture }
    var isMalicious: Bool { flags & Flag.malicious != 0 }
    /// Whether it ever ran: only then is it noted here and not by another shard.
    var wasStarted: Bool { flags & Flag.wasStarted != 0 }
    var isComplete: Bool { flags & Flag.isComplete != 0 }

    func ran(until now: VirtualTime) -> TimeSpan {
        isRunning ? ranBefore + now.since(startedAt) : ranBefore
    }

    mutating func becomeMalicious() { flags |= Flag.malicious }

    mutating func start(at time: VirtualTime) {
        stop(at: time)
        flags = flags & Flag.malicious | Flag.wasStarted
        startedAt = time
    }

    mutating func stop(at time: VirtualTime) {
        ranBefore = ran(until: time)
        startedAt = .distantFuture
        joinedAt = .distantFuture
        links = 0
        flags &= Flag.malicious | Flag.wasStarted
    }

    /// - Returns: how long it took to join, when it has done so by this.
    mutating func gotLink(at time: VirtualTime) -> TimeSpan? { got(Flag.hasLink, at: time) }
    mutating func gotTable(at time: VirtualTime) -> TimeSpan? { got(Flag.hasTable, at: time) }

    private mutating func got(_ flag: UInt8, at time: VirtualTime) -> TimeSpan? {
        flags |= flag
        let both = Flag.hasLink | Flag.hasTable
        guard isRunning, flags & both == both, joinedAt == .distantFuture else { return nil }
        joinedAt = time
        return time.since(startedAt)
    }

    /// - Returns: how long it took to be complete, when it is so for the first time since its start.
    mutating func setComplete(_ isComplete: Bool, at time: VirtualTime) -> TimeSpan? {
        guard isComplete, isRunning else {
            flags &= ~Flag.isComplete
            return nil
        }
        let isFirst = flags & Flag.wasComplete == 0
        flags |= Flag.isComplete | Flag.wasComplete
        return isFirst ? time.since(startedAt) : nil
    }
}

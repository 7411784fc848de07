import Overlay

/// What the neighbours' calendars show, for a node whose own calendar is wrong.
///
/// Contacts and catalog entries are judged by calendar time. A node whose calendar is a day ahead would take all of them to be
/// over, and nobody would take its own. Most of its neighbours are right: what their calendars show is compared with the
/// monotonic clock, which never jumps, so the difference holds when the own calendar does.
///
/// Nothing that grants rights goes by it, and few neighbours decide nothing: see ``PeerSettings/leastCalendars``.
struct MeshTime: Sendable {
    /// A calendar less the monotonic clock, in milliseconds. Made from what others say, so it is held within 64 bits.
    struct Base: Hashable, Comparable, Sendable {
        let milliseconds: Int64

        init(_ wall: WallTime, at instant: Instant) {
            // Neither is negative, so the difference fits.
            milliseconds = Int64(clamping: wall.milliseconds) - Int64(clamping: instant.nanoseconds / 1_000_000)
        }

        static func < (left: Base, right: Base) -> Bool { left.milliseconds < right.milliseconds }

        /// How far this calendar is ahead of another one; negative when it is behind.
        func lead(over other: Base) -> Int64 {
            let (difference, overflow) = milliseconds.subtractingReportingOverflow(other.milliseconds)
            return overflow ? (milliseconds > other.milliseconds ? .max : .min) : difference
        }

        /// What the calendar shows.
        func wall(at instant: Instant) -> WallTime {
            let (sum, overflow) = milliseconds.addingReportingOverflow(Int64(clamping: instant.nanoseconds / 1_000_000))
            return WallTime(milliseconds: overflow ? UInt64(Int64.max) : UInt64(max(0, sum)))
        }
    }

    /// The middle ones of the neighbours' calendars, the same one twice when their number is odd; nil while there are too few.
    private var middle: (low: Base, high: Base)?
    /// What the neighbours were last told, and when.
    private(set) var told: (base: Base, at: Instant)?
    /// Whether the node went by the neighbours' calendars when that was last looked at.
    var isAdjusted = false

    mutating func noteTold(_ base: Base, at now: Instant) { told = (base, now) }

    /// Takes what the calendars of the neighbours show now.
    mutating func take(_ bases: [Base], least: Int) {
        guard bases.count >= max(least, 1) else { return middle = nil }
        let sorted = bases.sorted()
        middle = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
    }

    /// By how many milliseconds most neighbours' calendars are ahead of the own one, negative when they are behind; nil while too few
    /// are known.
    func lead(at now: Moment) -> Int64? {
        guard let middle else { return nil }
        let own = Base(now.own, at: now.instant)
        if own < middle.low { return middle.low.lead(over: own) }
        if middle.high < own { return middle.high.lead(over: own) }
        return 0
    }

    /// The same moment by the neighbours' calendars where the own one is wrong by more than `tolerance`.
    func adjusted(_ now: Moment, tolerance: TimeSpan) -> Moment {
        guard let middle, let lead = lead(at: now), lead.magnitude > tolerance.nanoseconds / 1_000_000 else {
            return Moment(instant: now.instant, wall: now.own)
        }
        let nearest = lead > 0 ? middle.low : middle.high
        return Moment(instant: now.instant, wall: nearest.wall(at: now.instant), own: now.own)
    }
}

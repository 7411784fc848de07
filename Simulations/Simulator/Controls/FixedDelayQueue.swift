/// Events that all wait equally long: whoever comes first is due first, so a ring replaces the heap. Timeouts, most of which
/// nobody needs any more when they are due, and periodic timers are the bulk of what waits in a world.
struct FixedDelayQueue<Payload: Sendable>: Sendable {
    private var items: [(time: VirtualTime, payload: Payload)] = []
    private var head = 0

    init() {}

    var isEmpty: Bool { head == items.count }
    var nextTime: VirtualTime? { head < items.count ? items[head].time : nil }

    /// - Precondition: `time` is not before that of the last event.
    mutating func push(_ payload: Payload, at time: VirtualTime) {
        precondition(items.last.map { $0.time <= time } ?? true, "an event is due before one that waited longer")
        items.append((time, payload))
    }

    mutating func pop() -> (time: VirtualTime, payload: Payload)? {
        guard head < items.count else { return nil }
        defer {
            head += 1
            // Half of the array is behind: worth moving the rest.
            if head >= 1_024, head * 2 >= items.count {
                items.removeFirst(head)
                head = 0
            }
        }
        return items[head]
    }
}

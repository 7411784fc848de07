/// What is going to happen, in the order of time and then of ``EventKey``: a binary heap of small items, with the
/// payloads apart in slots that are used again.
public struct EventQueue<Payload: Sendable>: Sendable {
    private struct Item: Sendable {
        let time: VirtualTime
        let key: EventKey
        let slot: UInt32

        func isBefore(_ other: Item) -> Bool {
            time == other.time ? key < other.key : time < other.time
        }
    }

    /// One thing that happens.
    public struct Event: Sendable {
        public let time: VirtualTime
        public let key: EventKey
        public let payload: Payload
    }

    private var heap: [Item] = []
    private var slots: [Payload?] = []
    private var freeSlots: [UInt32] = []

    public init() {}

    public var count: Int { heap.count }
    public var isEmpty: Bool { heap.isEmpty }
    /// When the next event happens; nil when nothing will.
    public var nextTime: VirtualTime? { heap.first?.time }

    /// - Precondition: no event with this key and time is waiting, since their order would be left to chance.
    public mutating func push(_ payload: Payload, at time: VirtualTime, key: EventKey) {
        let slot: UInt32
        if let free = freeSlots.popLast() {
            slot = free
            slots[Int(free)] = payload
        } else {
            slot = UInt32(slots.count)
            slots.append(payload)
        }
        heap.append(Item(time: time, key: key, slot: slot))
        siftUp(from: heap.count - 1)
    }

    /// Takes out what happens next.
    public mutating func pop() -> Event? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown()
        }
        guard let payload = slots[Int(first.slot)].take() else {
            preconditionFailure("an event of \(first.time) has no payload")
        }
        freeSlots.append(first.slot)
        return Event(time: first.time, key: first.key, payload: payload)
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        let item = heap[child]
        while child > 0 {
            let parent = (child - 1) / 2
            guard item.isBefore(heap[parent]) else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = item
    }

    private mutating func siftDown() {
        var parent = 0
        let item = heap[0]
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(item) else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = item
    }
}

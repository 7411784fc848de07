import Overlay

/// What is going to happen, in the order of time and then of ``EventKey``, as ``EventQueue`` has it, for queues with very many
/// events: a hierarchical timing wheel (Varghese and Lauck 1987).
///
/// Events lie in chains by the millisecond in which they happen, for some seconds ahead; behind that by spans of seconds,
/// for some hours; the rest in a list. Nothing is sorted before its millisecond comes, and then only what happens in it.
public struct TimingWheel<Payload: Sendable>: Sendable {
    private struct Item: Sendable {
        var time: UInt64
        var key: UInt64
        /// The next one of the chain, or of the unused ones.
        var next: UInt32
    }

    /// An event of the millisecond that is at hand.
    private struct Entry: Sendable {
        let time: UInt64
        let key: UInt64
        let slot: UInt32

        func isBefore(_ other: Entry) -> Bool {
            time == other.time ? key < other.key : time < other.time
        }
    }

    /// A slot of the fine wheel is 2²⁰ ns long (1.05 ms), one of the coarse wheel as long as the whole fine one (4.3 s).
    private static var fineBits: UInt64 { 20 }
    private static var coarseBits: UInt64 { fineBits + UInt64(WheelSlots.bits) }
    private static var beyondBits: UInt64 { coarseBits + UInt64(WheelSlots.bits) }

    private var items: [Item] = []
    private var payloads: [Payload?] = []
    private var unused = WheelSlots.none
    public private(set) var count = 0

    private var fine = WheelSlots()
    private var coarse = WheelSlots()
    private var beyond: [UInt32] = []
    /// The slot of the fine wheel that is at hand, counted from the beginning of the world.
    private var position: UInt64 = 0
    /// Its events, the latest first, and those that came when it was at hand already.
    private var current: [Entry] = []
    private var late = Heap()

    public init() {}

    public var isEmpty: Bool { count == 0 }

    /// When the next event happens; nil when nothing will.
    public var nextTime: VirtualTime? {
        let first = min(current.last?.time ?? .max, late.first?.time ?? .max)
        return count == 0 ? nil : VirtualTime(nanoseconds: first)
    }

    // MARK: In

    /// - Precondition: no event with this key and time is waiting, since their order would be left to chance.
    public mutating func push(_ payload: Payload, at time: VirtualTime, key: EventKey) {
        let slot = store(payload, time.nanoseconds, key.raw)
        count += 1
        place(slot, time.nanoseconds)
        if count == 1 { advance() }
    }

    private mutating func store(_ payload: Payload, _ time: UInt64, _ key: UInt64) -> UInt32 {
        let item = Item(time: time, key: key, next: WheelSlots.none)
        guard unused != WheelSlots.none else {
            items.append(item)
            payloads.append(payload)
            return UInt32(items.count - 1)
        }
        let slot = unused
        unused = items[Int(slot)].next
        items[Int(slot)] = item
        payloads[Int(slot)] = payload
        return slot
    }

    private mutating func place(_ slot: UInt32, _ time: UInt64) {
        if time >> Self.fineBits <= position {
            late.push(Entry(time: time, key: items[Int(slot)].key, slot: slot))
        } else if time >> Self.coarseBits == position >> UInt64(WheelSlots.bits) {
            items[Int(slot)].next = fine.prepend(slot, to: time >> Self.fineBits)
        } else if time >> Self.beyondBits == position >> UInt64(2 * WheelSlots.bits) {
            items[Int(slot)].next = coarse.prepend(slot, to: time >> Self.coarseBits)
        } else {
            beyond.append(slot)
        }
    }

    // MARK: Out

    /// Takes out what happens next.
    public mutating func pop() -> EventQueue<Payload>.Event? {
        guard let entry = takeFirst() else { return nil }
        guard let payload = payloads[Int(entry.slot)].take() else {
            preconditionFailure("an event at \(entry.time) ns has no payload")
        }
        items[Int(entry.slot)].next = unused
        unused = entry.slot
        count -= 1
        if current.isEmpty, late.isEmpty, count > 0 { advance() }
        return EventQueue.Event(
            time: VirtualTime(nanoseconds: entry.time), key: EventKey(raw: entry.key), payload: payload)
    }

    private mutating func takeFirst() -> Entry? {
        guard let next = current.last else { return late.pop() }
        if let other = late.first, other.isBefore(next) { return late.pop() }
        return current.removeLast()
    }

    /// Goes on to the next slot that has events.
    private mutating func advance() {
        guard late.isEmpty else { return }
        if let slot = fine.first(from: Int(position & WheelSlots.mask) + 1) { return load(slot) }
        if let slot = coarse.first(from: Int(position >> UInt64(WheelSlots.bits) & WheelSlots.mask) + 1) {
            return open(slot)
        }
        guard let least = beyond.map({ items[Int($0)].time }).min() else { return }
        position = (least >> Self.beyondBits) << UInt64(2 * WheelSlots.bits)
        let waiting = beyond
        beyond = []
        for slot in waiting {
            let time = items[Int(slot)].time
            guard time >> Self.beyondBits == least >> Self.beyondBits else {
                beyond.append(slot)
                continue
            }
            items[Int(slot)].next = coarse.prepend(slot, to: time >> Self.coarseBits)
        }
        if let slot = coarse.first(from: 0) { open(slot) }
    }

    /// Spreads a slot of the coarse wheel over the fine one.
    private mutating func open(_ coarseSlot: Int) {
        let bits = UInt64(WheelSlots.bits)
        position = ((position >> (2 * bits)) << bits | UInt64(coarseSlot)) << bits
        var slot = coarse.take(coarseSlot)
        while slot != WheelSlots.none {
            let next = items[Int(slot)].next
            items[Int(slot)].next = fine.prepend(slot, to: items[Int(slot)].time >> Self.fineBits)
            slot = next
        }
        if let first = fine.first(from: 0) { load(first) }
    }

    /// Sorts the events of a slot of the fine wheel, which is at hand from now on.
    private mutating func load(_ fineSlot: Int) {
        position = position & ~WheelSlots.mask | UInt64(fineSlot)
        var slot = fine.take(fineSlot)
        while slot != WheelSlots.none {
            let item = items[Int(slot)]
            current.append(Entry(time: item.time, key: item.key, slot: slot))
            slot = item.next
        }
        current.sort { $1.isBefore($0) }
    }

    /// The few events that come while their slot is at hand.
    private struct Heap: Sendable {
        private var entries: [Entry] = []

        var isEmpty: Bool { entries.isEmpty }
        var first: Entry? { entries.first }

        mutating func push(_ entry: Entry) {
            entries.append(entry)
            var child = entries.count - 1
            while child > 0 {
                let parent = (child - 1) / 2
                guard entry.isBefore(entries[parent]) else { break }
                entries[child] = entries[parent]
                child = parent
            }
            entries[child] = entry
        }

        mutating func pop() -> Entry? {
            guard let first = entries.first else { return nil }
            let item = entries.removeLast()
            guard !entries.isEmpty else { return first }
            var parent = 0
            while true {
                var child = 2 * parent + 1
                guard child < entries.count else { break }
                if child + 1 < entries.count, entries[child + 1].isBefore(entries[child]) { child += 1 }
                guard entries[child].isBefore(item) else { break }
                entries[parent] = entries[child]
                parent = child
            }
            entries[parent] = item
            return first
        }
    }
}

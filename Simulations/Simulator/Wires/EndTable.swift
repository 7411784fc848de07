/// Names one end of a wire in the part of the world where its node lives; never used again for another one.
struct EndRef: Hashable, Sendable {
    let slot: UInt32
    let generation: UInt32
}

/// The ends of wires that the nodes of one part of a world have.
struct EndTable: Sendable {
    private struct Slot: Sendable {
        var generation: UInt32
        var end: WireEnd?
    }

    private var slots: [Slot] = []
    private var freeSlots: [UInt32] = []

    var count: Int { slots.count - freeSlots.count }

    mutating func insert(_ end: WireEnd) -> EndRef {
        guard let free = freeSlots.popLast() else {
            slots.append(Slot(generation: 0, end: end))
            return EndRef(slot: UInt32(slots.count - 1), generation: 0)
        }
        slots[Int(free)].end = end
        return EndRef(slot: free, generation: slots[Int(free)].generation)
    }

    /// Nil when the end is gone. Changes of one that is gone are ignored.
    subscript(ref: EndRef) -> WireEnd? {
        _read {
            if slots[Int(ref.slot)].generation == ref.generation {
                yield slots[Int(ref.slot)].end
            } else {
                yield nil
            }
        }
        _modify {
            if slots[Int(ref.slot)].generation == ref.generation {
                yield &slots[Int(ref.slot)].end
            } else {
                var none: WireEnd?
                yield &none
            }
        }
    }

    mutating func remove(_ ref: EndRef) {
        guard slots[Int(ref.slot)].generation == ref.generation, slots[Int(ref.slot)].end != nil else { return }
        slots[Int(ref.slot)] = Slot(generation: ref.generation &+ 1, end: nil)
        freeSlots.append(ref.slot)
    }
}

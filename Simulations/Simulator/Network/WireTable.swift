/// Names a wire of a world; never used again for another one.
struct WireID: Hashable, Sendable {
    fileprivate let slot: UInt32
    fileprivate let generation: UInt32
}

/// The wires of a world.
struct WireTable: Sendable {
    private struct Slot: Sendable {
        var generation: UInt32
        var wire: Wire?
    }

    private var slots: [Slot] = []
    private var freeSlots: [UInt32] = []

    var count: Int { slots.count - freeSlots.count }

    /// Those that exist, in an order that depends on the run alone.
    var ids: [WireID] {
        slots.indices.compactMap { index in
            slots[index].wire == nil ? nil : WireID(slot: UInt32(index), generation: slots[index].generation)
        }
    }

    mutating func insert(_ wire: Wire) -> WireID {
        guard let free = freeSlots.popLast() else {
            slots.append(Slot(generation: 0, wire: wire))
            return WireID(slot: UInt32(slots.count - 1), generation: 0)
        }
        slots[Int(free)].wire = wire
        return WireID(slot: free, generation: slots[Int(free)].generation)
    }

    /// Nil when the wire is over.
    subscript(id: WireID) -> Wire? {
        _read {
            if slots[Int(id.slot)].generation == id.generation { yield slots[Int(id.slot)].wire } else { yield nil }
        }
    }

    /// Changes a wire that exists; nil when it is over.
    mutating func with<Result>(_ id: WireID, _ body: (inout Wire) -> Result) -> Result? {
        guard slots[Int(id.slot)].generation == id.generation, var wire = slots[Int(id.slot)].wire.take() else {
            return nil
        }
        defer { slots[Int(id.slot)].wire = wire }
        return body(&wire)
    }

    mutating func remove(_ id: WireID) {
        guard slots[Int(id.slot)].generation == id.generation, slots[Int(id.slot)].wire != nil else { return }
        slots[Int(id.slot)] = Slot(generation: id.generation &+ 1, wire: nil)
        freeSlots.append(id.slot)
    }
}

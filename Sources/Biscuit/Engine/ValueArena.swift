/// Sequences of values stored once each: the elements of arrays and sets, the keys and values of maps in turn.
struct ValueArena: Sendable {
    private(set) var values: [Value] = []
    private var ends: [UInt32] = []
    private var types: [ValueType] = []
    /// Open-addressed hash table of numbers plus one; 0 is free.
    private var slots: [UInt32] = [UInt32](repeating: 0, count: 16)

    var count: Int { ends.count }

    func range(_ id: UInt32) -> Range<Int> {
        let index = Int(id)
        return (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
    }

    subscript(_ id: UInt32) -> ArraySlice<Value> { values[range(id)] }

    /// The collection type of a sequence.
    func type(_ id: UInt32) -> ValueType { types[Int(id)] }

    /// The number of a collection, which is added if it is new.
    mutating func intern(_ type: ValueType, _ elements: [Value]) -> Value {
        Value(type: type, bits: UInt64(id(type, elements)))
    }

    private mutating func id(_ type: ValueType, _ elements: [Value]) -> UInt32 {
        let slot = self.slot(type, elements[...])
        if slots[slot] != 0 { return slots[slot] - 1 }
        let id = UInt32(truncatingIfNeeded: ends.count)
        values.append(contentsOf: elements)
        ends.append(UInt32(truncatingIfNeeded: values.count))
        types.append(type)
        slots[slot] = id + 1
        if ends.count * 2 > slots.count { rebuild() }
        return id
    }

    /// Forgets every sequence from number `count` on, newest first (see `ByteArena`).
    mutating func truncate(to count: Int) {
        while ends.count > count {
            let range = range(UInt32(truncatingIfNeeded: ends.count - 1))
            slots[slot(types[ends.count - 1], values[range])] = 0
            values.removeSubrange(range.lowerBound...)
            ends.removeLast()
            types.removeLast()
        }
    }

    private func slot(_ type: ValueType, _ elements: ArraySlice<Value>) -> Int {
        var hasher = Hasher()
        hasher.combine(type)
        for element in elements { hasher.combine(element) }
        let mask = slots.count - 1
        var slot = hasher.finalize() & mask
        while slots[slot] != 0, types[Int(slots[slot] - 1)] != type || self[slots[slot] - 1] != elements {
            slot = (slot + 1) & mask
        }
        return slot
    }

    private mutating func rebuild() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for id in 0..<UInt32(truncatingIfNeeded: ends.count) { slots[slot(type(id), self[id])] = id + 1 }
    }
}

/// The facts of one predicate: rows of values, each with the set of blocks it exists because of.
///
/// Rows are only ever added, so that positions can tell facts of earlier rounds from later ones.
struct Relation: Sendable {
    let arity: Int
    private(set) var values: [Value] = []
    private(set) var origins: [OriginSet] = []
    /// Open-addressed hash table of rows plus one; empty while the relation is small.
    private var slots: [UInt32] = []

    init(arity: Int) {
        self.arity = arity
    }

    /// Below this many rows, comparing all is faster than hashing one.
    private static let linearLimit = 8

    var count: Int { origins.count }

    func row(_ index: Int) -> ArraySlice<Value> {
        values[index * arity..<(index + 1) * arity]
    }

    /// Adds a row unless it is there with the same origins. Tells whether it was added.
    mutating func insert(_ row: ArraySlice<Value>, _ origin: OriginSet) -> Bool {
        if slots.isEmpty {
            for index in 0..<count where matches(index, row, origin) { return false }
        } else {
            let slot = self.slot(row, origin)
            if slots[slot] != 0 { return false }
            slots[slot] = UInt32(truncatingIfNeeded: count + 1)
        }
        values.append(contentsOf: row)
        origins.append(origin)
        if count > Self.linearLimit && count * 2 > slots.count { rebuild() }
        return true
    }

    private func matches(_ index: Int, _ row: ArraySlice<Value>, _ origin: OriginSet) -> Bool {
        origins[index] == origin && self.row(index) == row
    }

    private func slot(_ row: ArraySlice<Value>, _ origin: OriginSet) -> Int {
        var hasher = Hasher()
        hasher.combine(origin)
        for value in row { hasher.combine(value) }
        let mask = slots.count - 1
        var slot = hasher.finalize() & mask
        while slots[slot] != 0, !matches(Int(slots[slot]) - 1, row, origin) {
            slot = (slot + 1) & mask
        }
        return slot
    }

    private mutating func rebuild() {
        slots = [UInt32](repeating: 0, count: max(64, slots.count * 2))
        for index in 0..<count { slots[slot(row(index), origins[index])] = UInt32(truncatingIfNeeded: index + 1) }
    }
}

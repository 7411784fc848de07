/// Byte strings stored once each and named by small numbers, so that comparing two is comparing numbers.
///
/// Numbers are given in order of insertion. The newest strings can be dropped again, which is how strings made by an
/// expression are forgotten.
struct ByteArena: Sendable {
    private(set) var bytes: [UInt8] = []
    private var entries: [Entry] = []
    /// Open-addressed hash table of numbers plus one; 0 is free.
    private var slots: [UInt32] = [UInt32](repeating: 0, count: 64)

    private struct Entry: BitwiseCopyable {
        /// Where the string ends in `bytes`.
        let end: UInt32
        /// Kept, because hashing is most of the work of joining two arenas and of growing one.
        let hash: UInt32
    }

    var count: Int { entries.count }

    func range(_ id: UInt32) -> Range<Int> {
        let index = Int(id)
        return (index == 0 ? 0 : Int(entries[index - 1].end))..<Int(entries[index].end)
    }

    subscript(_ id: UInt32) -> ArraySlice<UInt8> { bytes[range(id)] }

    func string(_ id: UInt32) -> String {
        String(decoding: bytes[range(id)], as: UTF8.self)
    }

    /// The number of `string`, which is added if it is new.
    mutating func intern(_ string: String) -> UInt32 {
        var string = string
        return string.withUTF8 { intern($0) }
    }

    mutating func intern(_ slice: ArraySlice<UInt8>) -> UInt32 {
        slice.withUnsafeBufferPointer { intern($0) }
    }

    mutating func intern(_ value: UnsafeBufferPointer<UInt8>) -> UInt32 {
        intern(value, hash: Self.hash(value))
    }

    /// The number that a string of another arena has here.
    mutating func intern(_ id: UInt32, of other: ByteArena) -> UInt32 {
        other[id].withUnsafeBufferPointer { intern($0, hash: other.entries[Int(id)].hash) }
    }

    private mutating func intern(_ value: UnsafeBufferPointer<UInt8>, hash: UInt32) -> UInt32 {
        let slot = self.slot(of: value, hash: hash)
        if slots[slot] != 0 { return slots[slot] - 1 }
        let id = UInt32(truncatingIfNeeded: entries.count)
        bytes.append(contentsOf: value)
        entries.append(Entry(end: UInt32(truncatingIfNeeded: bytes.count), hash: hash))
        slots[slot] = id + 1
        if entries.count * 2 > slots.count { rebuild() }
        return id
    }

    /// Forgets every string from number `count` on.
    ///
    /// Freeing a slot never breaks a chain that is still needed: only the newest strings are dropped, newest first, and
    /// those were inserted behind all the others.
    mutating func truncate(to count: Int) {
        while let last = entries.last, entries.count > count {
            let number = UInt32(truncatingIfNeeded: entries.count)
            let mask = slots.count - 1
            var slot = Int(last.hash) & mask
            while slots[slot] != number { slot = (slot + 1) & mask }
            slots[slot] = 0
            entries.removeLast()
            bytes.removeSubrange(Int(entries.last?.end ?? 0)...)
        }
    }

    /// Seeded at random by the standard library, once per process: nobody outside can make strings collide.
    private static func hash(_ value: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(value))
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }

    /// The slot that holds `value`, or the free one where it belongs.
    private func slot(of value: UnsafeBufferPointer<UInt8>, hash: UInt32) -> Int {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0, !isEqual(slots[slot] - 1, value, hash) {
            slot = (slot + 1) & mask
        }
        return slot
    }

    private func isEqual(_ id: UInt32, _ value: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> Bool {
        guard entries[Int(id)].hash == hash else { return false }
        let range = range(id)
        guard range.count == value.count else { return false }
        return bytes.withUnsafeBufferPointer { UnsafeBufferPointer(rebasing: $0[range]).elementsEqual(value) }
    }

    private mutating func rebuild() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for (index, entry) in entries.enumerated() {
            var slot = Int(entry.hash) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(truncatingIfNeeded: index + 1)
        }
    }
}

/// Values of which a bounded number is kept: when the newer half is full, the older half is forgotten, and whatever was
/// touched since stays. Every operation takes constant time, and none depends on the order of keys.
package struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let capacity: Int
    private var newer: [Key: Value] = [:]
    private var older: [Key: Value] = [:]

    /// - Parameter capacity: values kept at most; at least two.
    package init(capacity: Int) {
        self.capacity = max(2, capacity)
    }

    package var count: Int { newer.count + older.count }

    /// Reading touches nothing; writing counts as a touch.
    package subscript(key: Key) -> Value? {
        get { newer[key] ?? older[key] }
        set {
            older[key] = nil
            guard let newValue else {
                newer[key] = nil
                return
            }
            if newer.count >= capacity / 2, newer[key] == nil {
                older = newer
                newer = [:]
            }
            newer[key] = newValue
        }
    }

    /// Takes out what is kept under a key.
    package mutating func removeValue(forKey key: Key) -> Value? {
        newer.removeValue(forKey: key) ?? older.removeValue(forKey: key)
    }
}

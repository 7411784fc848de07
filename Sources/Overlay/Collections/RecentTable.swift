/// Values of which a bounded number is kept: when the newer half is full, the older half is forgotten, and whatever was
/// touched since stays. Every operation takes constant time, and none depends on the order of keys.
package struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let capacity: Int
    private var newer: [Key: Value] = [:]
    private var older: [Key: Value] = [:]
    /// When the newer half was begun; nil while nothing is ever forgotten for its age.
    private var turnedAt: Instant?
    private var now: Instant?

    /// - Parameter capacity: values kept at most; at least two. The half of it that was touched last is never forgotten for
    ///   want of room.
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
                turnedAt = now
            }
            newer[key] = newValue
        }
    }

    /// Takes out what is kept under a key.
    package mutating func removeValue(forKey key: Key) -> Value? {
        newer.removeValue(forKey: key) ?? older.removeValue(forKey: key)
    }

    /// Forgets what was not touched for a while: nothing before `lifetime`, everything before twice that. For tables that
    /// hold secrets and whose owner has no timers; it calls this first in every entry.
    mutating func forget(unusedFor lifetime: TimeSpan, at now: Instant) {
        self.now = now
        let begun = turnedAt ?? now
        let passed = now.since(begun)
        guard passed >= lifetime else {
            turnedAt = begun
            return
        }
        let isLong = passed >= lifetime * 2
        older = isLong ? [:] : newer
        newer = [:]
        turnedAt = isLong ? now : begun + lifetime
    }
}

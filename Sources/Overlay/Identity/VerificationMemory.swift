import Synchronization

/// What was found right about things that are signed, so that it is checked once and not each time they come again. What
/// is remembered follows from the signed bytes alone, so any number of nodes in one process may share a memory.
///
/// Bounded: when the newer half is full, the older half is forgotten, and whatever was asked for since stays.
public final class VerificationMemory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Halves: Sendable {
        var newer: [Key: Value] = [:]
        var older: [Key: Value] = [:]
    }

    private let capacity: Int
    private let halves = Mutex(Halves())

    /// - Parameter capacity: values remembered at most.
    public init(capacity: Int) {
        self.capacity = capacity
    }

    /// What is remembered under a key; it is kept for longer from now on.
    public subscript(key: Key) -> Value? {
        halves.withLock { halves in
            if let value = halves.newer[key] { return value }
            guard let value = halves.older.removeValue(forKey: key) else { return nil }
            Self.insert(value, key, capacity: capacity, into: &halves)
            return value
        }
    }

    /// Replaces what was remembered under the key.
    public func insert(_ value: Value, for key: Key) {
        halves.withLock { halves in
            halves.older[key] = nil
            Self.insert(value, key, capacity: capacity, into: &halves)
        }
    }

    private static func insert(_ value: Value, _ key: Key, capacity: Int, into halves: inout Halves) {
        guard capacity > 1 else { return }
        if halves.newer.count >= capacity / 2, halves.newer[key] == nil {
            halves.older = halves.newer
            halves.newer = [:]
        }
        halves.newer[key] = value
    }
}

/// Contact records whose signature was found right, by their node.
public typealias ContactMemory = VerificationMemory<PeerID, ContactRecord>

import OrderedCollections

// Iterating over `values` copies each value, which costs a retain and a release for every reference in it. Deadlines are
// asked for after each event, so that would be a good part of a node's work.
extension OrderedDictionary {
    /// Calls `body` with each value in order, without copying it.
    @inlinable
    package func forEachValue(_ body: (borrowing Value) -> Void) {
        values.elements.withUnsafeBufferPointer { buffer in
            for index in buffer.indices { body(buffer[index]) }
        }
    }

    /// How many values satisfy a condition, without copying them.
    @inlinable
    package func countValues(where isCounted: (borrowing Value) -> Bool) -> Int {
        var count = 0
        forEachValue { if isCounted($0) { count += 1 } }
        return count
    }

    /// Whether some value satisfies a condition, without copying them.
    @inlinable
    package func containsValue(where isFound: (borrowing Value) -> Bool) -> Bool {
        values.elements.withUnsafeBufferPointer { buffer in
            for index in buffer.indices where isFound(buffer[index]) { return true }
            return false
        }
    }
}

import OrderedCollections

extension OrderedDictionary {
    /// The values in order, in place.
    ///
    /// Iterating over `values` copies each value, which costs a retain and a release for every reference in it. Deadlines
    /// are asked for after each event, so that would be a good part of a node's work. A stored property of `$0[index]` is
    /// read without touching the rest; a computed one copies again.
    @inlinable
    package func withValues<Result>(_ body: (UnsafeBufferPointer<Value>) -> Result) -> Result {
        values.elements.withUnsafeBufferPointer(body)
    }
}

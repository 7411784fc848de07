/// A value that many hold and nobody changes any more, in one place of memory. Settings are hundreds of bytes, and a
/// process may have a million nodes with the same ones.
public final class Frozen<Value: Sendable>: Sendable {
    /// What is held.
    public let value: Value

    public init(_ value: Value) {
        self.value = value
    }
}

/// Names a search for advertisements; chosen by whoever asks for it.
public struct SearchID: Hashable, Sendable {
    /// The number that was chosen.
    public let value: UInt64

    public init(_ value: UInt64) {
        self.value = value
    }
}

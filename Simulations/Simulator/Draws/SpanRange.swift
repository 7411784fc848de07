import Overlay

/// Spans from the shortest to the longest.
public struct SpanRange: Hashable, Sendable {
    public let shortest: TimeSpan
    public let longest: TimeSpan

    /// - Precondition: `shortest` is not longer than `longest`.
    public init(_ shortest: TimeSpan, _ longest: TimeSpan) {
        precondition(shortest <= longest, "a range of spans begins with the shortest")
        self.shortest = shortest
        self.longest = longest
    }
}

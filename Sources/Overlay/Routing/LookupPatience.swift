/// How long a ``Lookup`` waits for a peer that it has asked.
public struct LookupPatience: Hashable, Sendable {
    /// Until its place among the questions under way is given to another.
    public let place: TimeSpan
    /// Until it is rather gone than slow: half of ``whole``. Others are asked in its stead from then on.
    public var hope: TimeSpan { max(place, whole / 2) }
    /// Until the lookup may end without it, if it is one of the nearest; at least as long as ``place``. Longer where a lost
    /// question is asked again.
    public let whole: TimeSpan
    /// Until a peer that did not answer lately, and was asked all the same, counts as gone.
    public let brief: TimeSpan

    /// - Parameter brief: as long as `place` unless given.
    public init(place: TimeSpan, whole: TimeSpan, brief: TimeSpan? = nil) {
        self.place = place
        self.whole = max(place, whole)
        self.brief = brief ?? place
    }

    /// The same for both.
    public init(_ span: TimeSpan) {
        self.init(place: span, whole: span)
    }
}

import Overlay

/// Periods of the real connection and the real node that wires keep to without being either.
enum RealTimes {
    /// A connection that is not up by then has failed: the handshake's limit.
    static let handshake = TimeSpan.seconds(10)
    /// Between the refusal of one address and the report that there is none left.
    static let report = TimeSpan.milliseconds(1)
    /// Between the last words of a node that leaves and its end.
    static let goodbye = TimeSpan.seconds(1)
}

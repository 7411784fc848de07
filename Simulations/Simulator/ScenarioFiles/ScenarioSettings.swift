import Overlay

/// Bounds of what a scenario file may ask for.
enum ScenarioSettings {
    /// Shorter runs would end before the first link is up.
    static let leastDuration = TimeSpan.seconds(1)
    /// The largest world that is meant to fit into a machine (S32).
    static let mostNodes = 10_000_000
    /// No path is shorter: parts of a world are simulated side by side for as long as nothing can pass between them.
    static let leastLatency = Latencies.leastFloor
    /// Above it a path is not slow but broken.
    static let longestLatency = TimeSpan.seconds(60)
    /// More than this on top of the latency is a delay and not jitter.
    static let mostJitterPercent = 1_000
    /// Payload bytes of a packet: from the least that IPv4 must carry, less its headers, to the most that it can.
    static let packetLengths = 536...65_495
    /// Rows of a matrix of latencies; more regions than there are countries are no regions.
    static let mostRegions = 256
    /// Bytes that one request may carry.
    static let requestLengths = 0...16_777_216
}

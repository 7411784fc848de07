/// Limits of the metrics that this process keeps.
struct MetricsSettings: Sendable {
    /// Combinations of label values of one metric. Higher: more memory and a longer `/metrics`. Lower: rare combinations
    /// are counted together, with `other` as the value of every label.
    var seriesCapacity = 512
    /// Metrics by name. Higher: nothing gained; the names are fixed in the source. Lower: new ones are not kept.
    var familyCapacity = 256
    /// Upper bounds of the buckets for durations, in seconds: from a local answer to a long generation.
    var durationBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
    /// Upper bounds of the buckets for other recorded values.
    var valueBounds: [Double] = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576]
}

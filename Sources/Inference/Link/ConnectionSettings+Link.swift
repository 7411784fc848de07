import Overlay

extension ConnectionSettings {
    /// The settings of links. They carry many long, slow streams, so a stream's window grows to 1 MiB at most
    /// (PROTOCOL, "64 KiB growing to at most 1 MiB"): 10 MB/s over 100 ms, far beyond any model. Higher: each circuit
    /// whose reader stalls after a fast start binds more memory at every relay. Lower: uploads of files over long paths
    /// are slower.
    public static var link: ConnectionSettings {
        var settings = ConnectionSettings()
        settings.maximumWindow = 1 << 20
        return settings
    }
}

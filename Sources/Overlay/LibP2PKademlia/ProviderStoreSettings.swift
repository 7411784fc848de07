/// Bounds of a ``ProviderStore``.
public struct ProviderStoreSettings: Hashable, Sendable {
    /// How long an announcement counts. The specification of libp2p's DHT says 48 hours; its sender repeats it after
    /// ``republishInterval``.
    public var expiry = TimeSpan.hours(48)
    /// How long the addresses of an announcement are passed on; afterwards only its peer is, which the asker then looks up.
    /// Higher: askers are sent to where nobody is any more. Lower: more lookups. As go-libp2p's.
    public var addressExpiry = TimeSpan.hours(24)
    /// After which a provider announces again what it still has (from the specification); the store itself announces
    /// nothing.
    public var republishInterval = TimeSpan.hours(22)
    /// Longest key of an announcement, in bytes: a multihash. go-libp2p's limit.
    public var keyLength = 80
    /// Providers of one key; a further one takes the place of the one that announced itself longest ago. Higher: longer
    /// answers. Lower: less choice. libp2p's *k*.
    public var perKey = 20
    /// Announcements of one provider; above, further ones are refused until its older ones are over. Higher: one stranger
    /// fills more of the store. Lower: nodes with many contents are found for some of them only. A sixteenth of all.
    public var perProvider = 512
    /// Announcements in all; a further one takes the place of the oldest. Higher: memory, up to a kilobyte for each. Lower:
    /// contents are forgotten early. 8,192 are at most 8 MiB.
    public var total = 8_192

    /// The values above.
    public init() {}
}

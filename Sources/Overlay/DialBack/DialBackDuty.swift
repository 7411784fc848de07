/// What the node does for others that want to know whether they are reached: one datagram of 17 bytes to the IP address that the
/// question came from, seldom.
struct DialBackDuty: Sendable {
    private var all: Allowance
    private var shares: RecentTable<Vantage, Allowance>

    init(_ settings: DialBackSettings, at now: Instant) {
        all = Allowance(perSecond: settings.allPerSecond, burst: settings.allBurst, at: now)
        shares = RecentTable(capacity: settings.networks)
    }

    /// Where the dial-back goes that a question asks for; nil when it is declined.
    mutating func target(
        _ port: UInt16, for peer: PeerID, at source: UDPEndpoint, now: Instant, settings: DialBackSettings
    ) -> UDPEndpoint? {
        let target = UDPEndpoint(ip: source.ip, port: port)
        guard target.isOne else { return nil }
        let vantage = Vantage(peer, at: source.ip)
        var share =
            shares[vantage] ?? Allowance(perSecond: settings.perSecond, burst: settings.burst, at: now)
        let mayBe = share.take(at: now)
        shares[vantage] = share
        return mayBe && all.take(at: now) ? target : nil
    }
}

/// How many first packets each network may still have answered: a /24 of IPv4, a /48 of IPv6. Addresses that mean nothing on
/// the Internet have no limit of their own.
struct PrefixShares: Sendable {
    private let perSecond: UInt64
    private let burst: UInt64
    private var allowances: RecentTable<AddressPrefix, Allowance>

    init(_ settings: DatagramSettings) {
        perSecond = settings.prefixHandshakesPerSecond
        burst = settings.prefixHandshakeBurst
        allowances = RecentTable(capacity: settings.prefixes)
    }

    /// Takes one away when there is one.
    mutating func take(for ip: IPAddress, at now: Instant) -> Bool {
        let prefix = AddressPrefix(ip)
        guard prefix.scope == .global else { return true }
        var allowance = allowances[prefix] ?? Allowance(perSecond: perSecond, burst: burst, at: now)
        let isTaken = allowance.take(at: now)
        allowances[prefix] = allowance
        return isTaken
    }
}

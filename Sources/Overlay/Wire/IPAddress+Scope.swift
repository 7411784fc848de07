extension IPAddress {
    /// Whether the address is for one network and routed nowhere else: RFC 1918, RFC 4193, link-local (RFC 3927,
    /// RFC 4291 section 2.5.6) and the shared space of providers (RFC 6598). Loopback is no network.
    public var isLocal: Bool {
        switch self {
        case .v4(let value):
            value >> 24 == 10 || value >> 20 == 0xac1 || value >> 16 == 0xc0a8 || value >> 16 == 0xa9fe
                || value >> 22 == 0x191
        case .v6(let high, _): high >> 57 == 0x7e || high >> 54 == 0x3fa
        }
    }
}

import Overlay

extension Plan.Translator {
    /// Shares of translators as on the public IPFS network: 52 % of nodes are behind one (Henningsen and others, IFIP
    /// Networking 2020), and a fifth of those give each remote end another port (Ford and others, USENIX 2005: 82 % of
    /// translators let UDP be punched through). How the rest filters is set so that about 70 % of pairs of translators can
    /// be punched through, as DCUtR measures.
    public static let ipfs2022: [Plan.Translator] = [
        one(.addressAndPortDependent, .addressAndPortDependent, Ratio(100, 1_000), salt: 2_022_001, ports: false),
        // Each is a share of those whom none of the entries above selected: 30, 8 and 4 % of all.
        one(.endpointIndependent, .addressAndPortDependent, Ratio(300, 900), salt: 2_022_002),
        one(.endpointIndependent, .addressDependent, Ratio(80, 600), salt: 2_022_003),
        one(.endpointIndependent, .endpointIndependent, Ratio(40, 520), salt: 2_022_004),
    ]

    private static func one(
        _ mapping: NATKind.Dependence, _ filtering: NATKind.Dependence, _ share: Ratio, salt: UInt64, ports: Bool = true
    ) -> Plan.Translator {
        // RFC 4787 demands two minutes at least, which most routers keep for what they have seen in both directions.
        let kind = NATKind(
            mapping: mapping, filtering: filtering, timeout: .seconds(120), hasHairpin: true, preservesPorts: ports)
        return Plan.Translator(kind, before: .share(share, salt: salt))
    }
}

/// Which candidates count beyond the nearest, where these crowd around the target: those of the whole region in which the
/// nearest should be, but few of each network.
struct RegionFilter {
    private let reach: NodeKey.Distance?
    private let target: NodeKey
    private let perPrefix: Int
    private var left: Int
    private var prefixes = PrefixCounts()

    /// - Parameter isAtEnd: the lookup is over; until then the region counts for questions about the target only.
    init(_ lookup: Lookup, isAtEnd: Bool = false) {
        let counts = lookup.isCrowded && (isAtEnd || lookup.key == lookup.target)
        reach = counts ? lookup.expectedReach : nil
        target = lookup.target
        perPrefix = lookup.settings.perPrefixInRegion
        left = lookup.settings.region
    }

    /// Candidates come nearest first.
    mutating func admits(_ candidate: Lookup.Candidate) -> Bool {
        guard let reach, left > 0, candidate.record.key.distance(to: target) <= reach else { return false }
        guard prefixes.take(candidate.record, most: perPrefix) else { return false }
        left -= 1
        return true
    }
}

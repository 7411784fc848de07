/// Summaries of all entries whose keys lie in a range, in ascending order of their keys.
public struct SummaryPage: Hashable, Sendable {
    /// The first key of the range.
    public let from: UInt64
    /// The last key of the range; the highest key there is on the last page.
    public let through: UInt64
    public let summaries: [EntrySummary]

    init(from: UInt64, through: UInt64, summaries: [EntrySummary]) {
        self.from = from
        self.through = through
        self.summaries = summaries
    }

    var isLast: Bool { through == .max }

    /// Whether the page is what it says, so that a range without a summary proves an entry's absence.
    var isConsistent: Bool {
        from <= through
            && summaries.allSatisfy { (from...through).contains($0.key) }
            && zip(summaries, summaries.dropFirst()).allSatisfy { $0.key <= $1.key }
    }
}

extension Catalog {
    /// The page that begins at `from`, with at most `limit` summaries. Entries with the same key share a page.
    func page(from: UInt64, limit: Int) -> SummaryPage {
        let start = ranks.partitionPoint { $0.key >= from }
        let summaries = ranks[start...].lazy.compactMap { summary(of: $0) }
        var page = Array(summaries.prefix(limit + 1))
        guard page.count > limit, let next = page.popLast() else {
            return SummaryPage(from: from, through: .max, summaries: page)
        }
        // Keys collide only when somebody worked for it; then the colliding entries wait for the next page, or are
        // left out if they would fill a whole one.
        if page.contains(where: { $0.key < next.key }) { page.removeAll { $0.key == next.key } }
        return SummaryPage(from: from, through: page.last?.key ?? .max, summaries: page)
    }

    /// What the side that sent `page` has and this one should fetch, and the other way round.
    func differences(from page: SummaryPage) -> (wanted: [EntrySummary], lacking: [EntrySummary]) {
        let wanted = page.summaries.filter { wants($0) }
        let theirs = Set(page.summaries)
        let newer = Dictionary(grouping: page.summaries, by: \.key)
        let start = ranks.partitionPoint { $0.key >= page.from }
        let mine = ranks[start...].prefix { $0.key <= page.through }.compactMap { summary(of: $0) }
        let lacking = mine.filter { summary in
            !theirs.contains(summary) && !(newer[summary.key] ?? []).contains { $0.sequence > summary.sequence }
        }
        return (wanted, lacking)
    }
}

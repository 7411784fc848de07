import Overlay

/// How far the entries of each publisher have come: for each publisher and node the number of the last entry that
/// arrived, two bytes each, and through how many nodes, one byte.
///
/// Where nodes times publishers exceed ``mostPairs``, only some publishers are followed, drawn one by one.
struct EntrySpread: Sendable {
    /// Pairs of a publisher and a node that are followed at most: 128 MB.
    static let mostPairs = 64_000_000

    /// One publisher's entries.
    struct Page: Sendable {
        let publisher: NodeIndex
        /// In the order of publication.
        var sequences: [UInt64] = []
        var times: [VirtualTime] = []
        var isWithdrawn = false
        /// By node: how many of the entries are known to be outdated or present there.
        var arrived: [UInt16]
        /// By node: how many nodes the last of them came through, the last one included; zero when that is not known.
        var hops: [UInt8]
    }

    /// That an entry came to a node.
    struct Arrival: Hashable, Sendable {
        let publishedAt: VirtualTime
        /// How many nodes it came through, the last one included; nil when that is not known.
        let hops: Int?
    }

    private let nodes: Int
    private let followed: Ratio
    private let draws: Draws
    private(set) var pages: [Page] = []
    /// By node: its place among the pages, plus one.
    private var places: [UInt32]

    init(_ population: Population, publishers: Int, mostPairs: Int = mostPairs) {
        nodes = population.count
        draws = population.draws
        places = Array(repeating: 0, count: population.count)
        let pairs = UInt64(max(1, nodes)).multipliedReportingOverflow(by: UInt64(max(1, publishers)))
        let most = UInt64(max(1, mostPairs))
        followed =
            pairs.overflow || pairs.partialValue > most ? Ratio(most, max(most, pairs.partialValue)) : Ratio(1, 1)
    }

    /// Share of the publishers that are followed.
    var share: Ratio { followed }

    func isFollowed(_ publisher: NodeIndex) -> Bool {
        publisher.offset < nodes && draws.happens(followed, .sample, of: UInt64(publisher.number), 0)
    }

    mutating func note(_ publication: Publication) {
        guard isFollowed(publication.publisher) else { return }
        let place = page(of: publication.publisher)
        guard let sequence = publication.sequence else { return pages[place].isWithdrawn = true }
        pages[place].isWithdrawn = false
        // Beyond what two bytes can number nothing more is followed: an entry every second for 18 hours.
        guard pages[place].sequences.count < Int(UInt16.max) else { return }
        guard !pages[place].sequences.contains(sequence) else { return }
        pages[place].sequences.append(sequence)
        pages[place].times.append(publication.time)
    }

    private mutating func page(of publisher: NodeIndex) -> Int {
        if places[publisher.offset] > 0 { return Int(places[publisher.offset]) - 1 }
        pages.append(
            Page(
                publisher: publisher, arrived: Array(repeating: 0, count: nodes),
                hops: Array(repeating: 0, count: nodes)))
        places[publisher.offset] = UInt32(pages.count)
        return pages.count - 1
    }

    /// An entry is listed by a node.
    /// - Parameter source: the node that told it, if that is known.
    /// - Returns: nil when the node had it or a later one before.
    mutating func arrived(
        _ sequence: UInt64, of publisher: NodeIndex, at node: NodeIndex, from source: NodeIndex? = nil
    ) -> Arrival? {
        guard node != publisher, node.offset < nodes, publisher.offset < nodes, places[publisher.offset] > 0 else {
            return nil
        }
        let place = Int(places[publisher.offset]) - 1
        guard let last = pages[place].sequences.lastIndex(of: sequence),
            last + 1 > Int(pages[place].arrived[node.offset])
        else { return nil }
        pages[place].arrived[node.offset] = UInt16(last + 1)
        let hops = hops(from: source, of: last, on: pages[place])
        pages[place].hops[node.offset] = UInt8(clamping: hops ?? 0)
        return Arrival(publishedAt: pages[place].times[last], hops: hops)
    }

    /// Through how many nodes an entry came to one that was told it by `source`.
    private func hops(from source: NodeIndex?, of entry: Int, on page: Page) -> Int? {
        guard let source, source != page.publisher else { return source.map { _ in 1 } }
        guard source.offset < nodes, Int(page.arrived[source.offset]) == entry + 1 else { return nil }
        let hops = Int(page.hops[source.offset])
        return hops > 0 ? hops + 1 : nil
    }

    /// Both know the same publications; each knows other nodes.
    mutating func merge(_ other: EntrySpread) {
        for theirs in other.pages {
            let place = page(of: theirs.publisher)
            if theirs.sequences.count > pages[place].sequences.count {
                pages[place].sequences = theirs.sequences
                pages[place].times = theirs.times
            }
            pages[place].isWithdrawn = theirs.isWithdrawn
            for node in 0..<nodes where theirs.arrived[node] > pages[place].arrived[node] {
                pages[place].arrived[node] = theirs.arrived[node]
            }
        }
    }
}

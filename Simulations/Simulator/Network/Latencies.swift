import Overlay

/// Base latencies of pairs, one way, by one of the models. Nothing is kept for a pair; in the geographic model twelve bytes
/// are kept for a node.
struct Latencies: Sendable {
    private enum Model: Sendable {
        case uniform(SpanRange)
        /// In nanoseconds.
        case table(QuantileTable)
        case geographic([Site])
        /// Row by row, in nanoseconds.
        case matrix([UInt64], rows: Int)
    }

    /// No pair is nearer: what conservative windows need, a tenth of what two machines in one building take.
    static let leastFloor = TimeSpan.microseconds(100)
    /// The floor of the geographic model, which raises fewer than one pair in a thousand.
    static let geographicFloor = TimeSpan.milliseconds(2)
    /// Light in fibre: 200,000 km/s, so many nanoseconds for a meter.
    private static let nanosecondsPerMeter: UInt64 = 5
    /// How much longer than the great circle the way is, in thousandths, drawn once for a pair. Routes between cities are
    /// mostly 1.3 to 2 times as long, and some far longer (Singla and others, HotNets 2014). That pairs have detours of
    /// their own makes triangles that a third node shortens.
    private static let detours = QuantileTable([
        .init(0, 1_150), .init(250, 1_350), .init(500, 1_500), .init(750, 1_800), .init(950, 2_500),
        .init(1_000, 3_500),
    ])

    let floor: TimeSpan
    private let model: Model
    private let draws: Draws

    /// - Throws: ``NetworkError`` for a matrix that is not square, and for spreads that no table holds.
    init(_ plan: Plan) throws(NetworkError) {
        draws = Draws(seed: plan.seed)
        switch plan.latency {
        case .uniform(let range):
            model = .uniform(range)
            floor = max(range.shortest, Self.leastFloor)
        case .logNormal(let median, let spread):
            let table = try Self.logNormal(median: median, spread: spread)
            model = .table(table)
            floor = max(TimeSpan(nanoseconds: table.least), Self.leastFloor)
        case .geographic:
            let draws = draws
            model = .geographic((0..<max(0, plan.nodes)).map { Site(of: NodeIndex($0), draws: draws) })
            floor = Self.geographicFloor
        case .matrix(let rows):
            let flat = try Self.flat(rows)
            model = .matrix(flat, rows: rows.count)
            floor = max(TimeSpan(nanoseconds: flat.min() ?? 0), Self.leastFloor)
        }
    }

    private static func logNormal(median: TimeSpan, spread: UInt64) throws(NetworkError) -> QuantileTable {
        guard spread <= 5_000 else { throw .spread(spread) }
        return QuantileTable { probability in
            let exponent = Double(spread) / 1_000 * NormalQuantile.value(at: probability)
            return Double(median.nanoseconds) * Elementary.exp(exponent)
        }
    }

    private static func flat(_ rows: [[UInt64]]) throws(NetworkError) -> [UInt64] {
        guard (1...256).contains(rows.count) else { throw .matrixRows(rows.count) }
        for (index, row) in rows.enumerated() where row.count != rows.count {
            throw .matrixRow(index, columns: row.count, rows: rows.count)
        }
        return rows.flatMap { $0 }.map { TimeSpan.microseconds($0).nanoseconds }
    }

    func base(from: NodeIndex, to: NodeIndex) -> TimeSpan {
        let pair = NodePair(from, to).subject
        switch model {
        case .uniform(let range):
            return max(floor, draws.span(in: range, .latency, of: pair))
        case .table(let table):
            return max(floor, TimeSpan(nanoseconds: draws.value(of: table, .latency, of: pair)))
        case .geographic(let sites):
            let (here, there) = (site(of: from, in: sites), site(of: to, in: sites))
            let detour = draws.value(of: Self.detours, .latency, of: pair)
            let fibre = here.distance(to: there) * Self.nanosecondsPerMeter * detour / 1_000
            return max(floor, TimeSpan(nanoseconds: fibre + UInt64(here.lastMile + there.lastMile) * 1_000))
        case .matrix(let flat, let rows):
            return max(floor, TimeSpan(nanoseconds: flat[row(of: from, of: rows) * rows + row(of: to, of: rows)]))
        }
    }

    // MARK: Places

    var regions: [String] {
        switch model {
        case .uniform, .table: ["everywhere"]
        case .geographic: Region.all.map(\.name)
        case .matrix(_, let rows): (0..<rows).map { "row-\($0)" }
        }
    }

    func region(of node: NodeIndex) -> Int {
        switch model {
        case .uniform, .table: 0
        case .geographic(let sites): Int(site(of: node, in: sites).region)
        case .matrix(_, let rows): row(of: node, of: rows)
        }
    }

    func position(of node: NodeIndex) -> (x: UInt16, y: UInt16) {
        if case .geographic = model { return Site.position(of: node, draws: draws) }
        let subject = UInt64(node.number)
        return (
            UInt16(draws.below(1_000, .place, of: subject, 6)), UInt16(draws.below(1_000, .place, of: subject, 7))
        )
    }

    /// Nodes beyond those of the plan have sites too; theirs are worked out each time.
    private func site(of node: NodeIndex, in sites: [Site]) -> Site {
        node.offset < sites.count ? sites[node.offset] : Site(of: node, draws: draws)
    }

    private func row(of node: NodeIndex, of rows: Int) -> Int {
        Int(draws.below(UInt64(rows), .place, of: UInt64(node.number)))
    }
}

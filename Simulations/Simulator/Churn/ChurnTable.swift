import Overlay

/// How long nodes stay and how long they are away, as quantiles in nanoseconds.
public struct ChurnTable: Hashable, Sendable {
    public let sessions: QuantileTable
    public let absences: QuantileTable
    /// For each cell of the sessions' table, the sum of it and of all before, in parts of 2³² of the sum of all: where in time
    /// one finds the sessions of a node that is looked at.
    private let shares: [UInt64]

    public init(_ model: Churn.Model) {
        switch model {
        case .ipfs2022: self.init(sessions: Self.ipfsSessions, absences: Self.ipfsAbsences)
        case .kad:
            // Absences of KAD were not published as a distribution; like sessions, half of the nodes are there.
            self.init(sessions: Self.weibull, absences: Self.weibull)
        case .bamboo:
            // There, a node that leaves is replaced by another; here it is away as long as others stay, so half are there.
            self.init(sessions: Self.exponential, absences: Self.exponential)
        }
    }

    private init(sessions: QuantileTable, absences: QuantileTable) {
        self.sessions = sessions
        self.absences = absences
        var sum = 0.0
        let sums = (0..<QuantileTable.cells).map { cell in
            sum += Double(sessions.middle(of: cell))
            return sum
        }
        shares = sums.map { UInt64($0 / sum * 4_294_967_296) }
    }

    /// What is left of the session of a node that is found running: longer sessions are found more often, and each at any
    /// of its moments (the waiting-time paradox).
    func remainder(of word: UInt64, within second: UInt64) -> TimeSpan {
        let target = word >> 32
        var (low, high) = (0, QuantileTable.cells - 1)
        while low < high {
            let middle = (low + high) / 2
            if shares[middle] > target { high = middle } else { low = middle + 1 }
        }
        return TimeSpan(nanoseconds: sessions.middle(of: low).multipliedFullWidth(by: second).high)
    }

    // MARK: Models

    /// Trautwein and others, SIGCOMM 2022: 87.6 % of sessions under eight hours, 2.5 % above a day. Quantiles
    /// below are set so that half of the sessions are under two hours.
    private static let ipfsSessions = seconds([
        .init(0, 60), .init(100, 480), .init(250, 1_800), .init(500, 6_600), .init(750, 14_400), .init(876, 28_800),
        .init(975, 86_400), .init(1_000, 604_800),
    ])
    /// Not published; most who leave are back within a day.
    private static let ipfsAbsences = seconds([
        .init(0, 60), .init(250, 900), .init(500, 3_600), .init(750, 14_400), .init(900, 43_200), .init(1_000, 172_800),
    ])

    private static func seconds(_ knots: [QuantileTable.Knot]) -> QuantileTable {
        QuantileTable(knots.map { .init($0.thousandths, $0.value * 1_000_000_000) })
    }

    /// The inverse of 1 - e^-(t/scale)^shape with the shape 0.68 and a scale of 14,900 s (Steiner and others, 2009, and
    /// KIT's simulations of KAD).
    private static let weibull = QuantileTable { probability in
        14_900e9 * Elementary.exp(Elementary.log(-Elementary.log(1 - probability)) / 0.68)
    }

    /// The inverse of 1 - 2^-(t/median) with a median of 84 s (Rhea and others, Handling Churn in a DHT, USENIX 2004).
    private static let exponential = QuantileTable { probability in
        84e9 * Elementary.log(1 - probability) / Elementary.log(0.5)
    }
}

import Overlay

/// How the tables of a world are.
extension KademliaControl {
    /// Between looks at all tables for the series, which are long.
    private static var seriesStep: UInt64 { 10 }
    /// Nearest nodes that a node should know, and how many of them are enough (live measurements of IPFS count so).
    private static var neighborhood: (size: Int, enough: Int) { (20, 18) }

    mutating func fill(_ point: inout SeriesPoint, _ medium: ControlMedium<Event>) {
        if point.second % Self.seriesStep == 0 { lastEntries = countEntries(medium) }
        point.tableEntries = lastEntries.all
        point.staleEntries = lastEntries.stale
        point.lookups = measurement.made - lastLookups.made
        point.lookupsFailed = measurement.failed - lastLookups.failed
        lastLookups = (measurement.made, measurement.failed)
    }

    /// Whether nearly all nodes know their neighbourhoods.
    func isSettled(_ medium: ControlMedium<Event>) -> Bool {
        let neighbors = countNeighbors(medium)
        return neighbors.knowing * 100 >= neighbors.all * 99
    }

    mutating func notePhaseEnd(_ medium: ControlMedium<Event>) {
        measurement.entries = countEntries(medium)
        measurement.neighbors = countNeighbors(medium)
    }

    func report(into outcome: inout RunOutcome, _ medium: ControlMedium<Event>) {
        measurement.report(into: &outcome)
        var links = Histogram(name: "links")
        for node in 0..<population.count where medium.isHonest(node) { links.note(UInt64(self.links(of: node))) }
        outcome.figures["links.p50"] = links.value(atThousandth: 500).map { Double($0) }
        outcome.figures["links.max"] = Double(links.greatest)
    }

    /// Entries of the tables of honest nodes.
    private func countEntries(_ medium: ControlMedium<Event>) -> (all: Int, stale: Int) {
        var count = (all: 0, stale: 0)
        for node in 0..<population.count where medium.isHonest(node) {
            tables.forEach(of: node) { peer, _ in
                count.all += 1
                if !medium.running[peer] { count.stale += 1 }
            }
        }
        return count
    }

    private func countNeighbors(_ medium: ControlMedium<Event>) -> (all: Int, knowing: Int) {
        var count = (all: 0, knowing: 0)
        for node in 0..<population.count where medium.isHonest(node) {
            let nearest = order.nearest(Self.neighborhood.size, to: tables.ids[node]) {
                $0 != node && medium.running[$0]
            }
            let known = nearest.count { tables.contains(Int($0), of: node) }
            let enough = nearest.count * Self.neighborhood.enough / Self.neighborhood.size
            count.all += 1
            if known >= enough { count.knowing += 1 }
        }
        return count
    }
}

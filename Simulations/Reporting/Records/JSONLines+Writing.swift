extension JSONLines {
    /// The lines of a run, each ended by a line feed.
    public static func text(of record: RunRecord) throws -> String {
        var lines = [try StableJSON.line(Line(.header, header(of: record)))]
        lines += try happenings(of: record)
        for histogram in record.histograms { lines.append(try StableJSON.line(Line(.histogram, histogram))) }
        if !record.places.isEmpty { lines.append(try StableJSON.line(Line(.places, places(of: record)))) }
        lines.append(try StableJSON.line(Line(.footer, footer(of: record, lines: lines.count + 1))))
        return lines.joined(separator: "\n") + "\n"
    }

    private static func header(of record: RunRecord) -> Header {
        Header(
            schema: record.schema, tool: record.tool, scenario: record.scenario, summary: record.summary,
            system: record.system, seed: record.seed, command: record.command, nodes: record.nodes,
            options: record.options)
    }

    /// Seconds, faults and violations by time. Those of one kind stay in the order that they have.
    private static func happenings(of record: RunRecord) throws -> [String] {
        var timed: [(time: UInt64, rank: Int, line: String)] = []
        for (index, fault) in record.faults.enumerated() {
            let start = FaultEdge(fault: index, edge: .start, time: fault.start, text: fault.text)
            timed.append((fault.start, 0, try StableJSON.line(Line(.fault, start))))
            guard let end = fault.end else { continue }
            let edge = FaultEdge(fault: index, edge: .end, time: end)
            timed.append((end, 1, try StableJSON.line(Line(.fault, edge))))
        }
        var latest: UInt64 = 0
        for violation in record.violations {
            latest = max(latest, violation.time)
            timed.append((latest, 2, try StableJSON.line(Line(.violation, violation))))
        }
        latest = 0
        for point in record.series {
            latest = max(latest, point.second.multipliedReportingOverflow(by: 1_000).partialValue)
            timed.append((latest, 3, try StableJSON.line(Line(.second, point))))
        }
        // Sorting is not promised to be stable, so the place decides last.
        let order = timed.indices.sorted {
            (timed[$0].time, timed[$0].rank, $0) < (timed[$1].time, timed[$1].rank, $1)
        }
        return order.map { timed[$0].line }
    }

    private static func places(of record: RunRecord) -> Places {
        let places = record.places
        return Places(
            node: places.map(\.node), x: places.map(\.x), y: places.map(\.y), region: places.map(\.region),
            links: places.map(\.links), malicious: places.filter(\.isMalicious).map(\.node))
    }

    private static func footer(of record: RunRecord, lines: Int) -> Footer {
        Footer(
            figures: record.figures, criteria: record.criteria, violationCount: record.violationCount,
            digest: record.digest, events: record.events, virtualMilliseconds: record.virtualMilliseconds,
            settledMilliseconds: record.settledMilliseconds, cost: record.cost, lines: lines)
    }
}

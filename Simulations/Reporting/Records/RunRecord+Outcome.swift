import Overlay
import Simulator

extension RunRecord {
    /// - Parameters:
    ///   - scenario: the name of the scenario, such as `S07`.
    ///   - criteria: what the scenario demands; empty when it demands nothing.
    ///   - tool: name and version of the program.
    ///   - command: what runs it again.
    public init(
        _ outcome: RunOutcome, scenario: String, summary: String = "", criteria: [Criterion], cost: RunCost,
        tool: String, command: String
    ) {
        let plan = outcome.plan
        self.init(
            tool: tool, scenario: scenario, summary: summary, system: outcome.system, seed: plan.seed,
            command: command, nodes: plan.nodes)
        let description = PlanDescription(plan)
        options = description.options
        faults = description.faults
        // What is no number cannot be written, and nobody can compare with it.
        figures = outcome.figures.all.filter(\.value.isFinite).map { RecordedFigure($0.name, $0.value) }
        self.criteria = criteria.map { RecordedCriterion($0, on: outcome.figures) }
        violations = outcome.violations.first.map(RecordedViolation.init)
        violationCount = outcome.violations.count
        series = outcome.series.map(RecordedSecond.init)
        histograms = outcome.histograms.map { RecordedHistogram($0.name, $0.buckets) }
        places = Self.sample(outcome.places)
        digest = outcome.digest
        events = outcome.events
        virtualMilliseconds = outcome.virtualTime.sinceStart.milliseconds
        settledMilliseconds = outcome.settledAt?.sinceStart.milliseconds
        self.cost = cost
    }

    /// Evenly over the numbers of the nodes; malicious ones go first, as there are few and they matter.
    static func sample(_ places: [NodePlace]) -> [RecordedPlace] {
        guard places.count > mostPlaces else { return places.map(RecordedPlace.init) }
        let malicious = every(mostPlaces / 2, of: places.filter(\.isMalicious))
        let others = every(mostPlaces - malicious.count, of: places.filter { !$0.isMalicious })
        return (malicious + others).sorted { $0.node < $1.node }.map(RecordedPlace.init)
    }

    private static func every(_ most: Int, of places: [NodePlace]) -> [NodePlace] {
        guard places.count > most else { return places }
        return (0..<most).map { places[$0 * places.count / most] }
    }
}

extension RecordedCriterion {
    init(_ criterion: Criterion, on figures: Figures) {
        // Without the name, which stands beside it.
        let bound = criterion.description.dropFirst(criterion.figure.count).drop { $0 == " " }
        self.init(
            criterion.figure, bound: String(bound), value: figures[criterion.figure],
            hasPassed: criterion.isMet(by: figures))
    }
}

extension RecordedViolation {
    init(_ violation: Violation) {
        self.init(
            property: violation.property.rawValue, time: violation.time.sinceStart.milliseconds,
            node: violation.node?.number, text: violation.text)
    }
}

extension RecordedSecond {
    init(_ point: SeriesPoint) {
        self.init(second: point.second)
        (live, complete, links) = (point.live, point.complete, point.links)
        (tableEntries, staleEntries) = (point.tableEntries, point.staleEntries)
        (messages, bytes, deliveries) = (point.messages, point.bytes, point.deliveries)
        (lookups, lookupsFailed) = (point.lookups, point.lookupsFailed)
    }
}

extension RecordedPlace {
    init(_ place: NodePlace) {
        self.init(
            node: place.node.number, x: place.x, y: place.y, region: place.region, links: place.links,
            isMalicious: place.isMalicious)
    }
}

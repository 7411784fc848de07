import Overlay

/// How right the verdicts of nodes about each other were.
struct SWIMMeasurement: Sendable {
    private var joins = Histogram(name: "joined")
    private var detections = Histogram(name: "detection")
    private var firstDetections = Histogram(name: "detection.first")
    /// When a node crashed that has not come back, and whether somebody has noticed.
    private var crashes: [(time: VirtualTime, isNoticed: Bool)?]
    private(set) var falseVerdicts: UInt64 = 0
    private(set) var stalledVerdicts: UInt64 = 0
    private(set) var falseSuspicions: UInt64 = 0

    init(count: Int) {
        crashes = Array(repeating: nil, count: count)
    }

    mutating func joined(after span: TimeSpan) { joins.note(span.nanoseconds / 1_000) }
    mutating func began(_ node: Int) { crashes[node] = nil }

    mutating func ended(_ node: Int, at time: VirtualTime, isCrash: Bool) {
        crashes[node] = isCrash ? (time, false) : nil
    }

    /// One node began to suspect another.
    mutating func suspected(_ member: Int, by node: Int, _ medium: ControlMedium<SWIMControl.Event>) {
        if medium.running[member], medium.mayBeHeard(member, by: node) { falseSuspicions += 1 }
    }

    /// One node took another for dead.
    mutating func declaredDead(_ member: Int, by node: Int, _ medium: ControlMedium<SWIMControl.Event>) {
        if medium.running[member] {
            if medium.mayBeHeard(member, by: node) { falseVerdicts += 1 } else { stalledVerdicts += 1 }
            return
        }
        guard let crash = crashes[member] else { return }
        let span = medium.now.since(crash.time).nanoseconds / 1_000
        detections.note(span)
        if !crash.isNoticed { firstDetections.note(span) }
        crashes[member]?.isNoticed = true
    }

    func report(into outcome: inout RunOutcome, _ medium: ControlMedium<SWIMControl.Event>) {
        let quantiles: [(String, UInt64)] = [("p50", 500), ("p99", 990), ("max", 1_000)]
        outcome.figures.noteTimes(joins, "joined", quantiles: quantiles)
        let hours = medium.traffic.nodeHours(at: medium.now)
        if hours > 0 {
            outcome.figures["accusations.false"] = Double(falseVerdicts) / hours
            outcome.figures["accusations.stalled"] = Double(stalledVerdicts) / hours
            outcome.figures["suspicions.false"] = Double(falseSuspicions) / hours
        }
        outcome.figures.noteTimes(detections, "detection", quantiles: quantiles)
        outcome.figures.noteTimes(firstDetections, "detection.first", quantiles: quantiles)
        outcome.histograms += [joins, detections, firstDetections]
    }
}

/// What the members of a world know of each other at its end.
extension SWIMControl {
    mutating func fill(_ point: inout SeriesPoint, _ medium: ControlMedium<Event>) {}

    /// Whether every running node thinks every other one alive, and nobody else.
    func isSettled(_ medium: ControlMedium<Event>) -> Bool {
        let nodes = medium.running.indices.filter { medium.isHonest($0) }
        return nodes.allSatisfy { node in
            medium.running.indices.allSatisfy { member in
                let isAlive = views[node, member].state == .alive
                return medium.running[member] ? isAlive || population.isMalicious[member] : !isAlive
            }
        }
    }

    mutating func notePhaseEnd(_ medium: ControlMedium<Event>) {}

    func report(into outcome: inout RunOutcome, _ medium: ControlMedium<Event>) {
        measurement.report(into: &outcome, medium)
    }
}

import Overlay

/// What a plan has that can be smaller, in the order in which it saves the most time.
extension Shrinker {
    /// Steps of lengths of time: finer ones cost runs and tell a reader nothing.
    private static let tick = TimeSpan.milliseconds(100)

    // MARK: Time

    /// Nothing after the failure matters. When the failure came while the world settled, shorter plans may bring it as well.
    mutating func reduceHorizon() {
        let end = Self.tick * (failedAt.sinceStart.nanoseconds / Self.tick.nanoseconds + 1)
        let length = best.duration
        if end < length { _ = accepts(best.cut(at: end), "duration: \(length.secondsText) to \(end.secondsText)") }
        let ticks = best.duration.nanoseconds / Self.tick.nanoseconds
        reduce("duration in tenths of seconds", from: ticks, to: 1) { plan, ticks in
            plan = plan.cut(at: Self.tick * ticks)
        }
    }

    // MARK: Nodes

    mutating func reduceNodes() {
        reduce("nodes", from: UInt64(best.nodes), to: 1) { plan, count in plan = plan.confined(to: Int(count)) }
        let removable = Place<NodeIndex>(
            name: "nodes that are there",
            get: { plan in plan.present.filter { $0.offset >= plan.bootstraps } },
            set: { plan, rest in
                let kept = Set(rest)
                plan.absent.formUnion(plan.present.filter { $0.offset >= plan.bootstraps && !kept.contains($0) })
            })
        reduce(removable)
    }

    /// Roles of nodes, and how they come.
    mutating func reducePopulation() {
        reduce("bootstraps", from: UInt64(best.bootstraps), to: 1) { $0.bootstraps = Int($1) }
        reduce("publishers", from: UInt64(best.publishers), to: 0) { $0.publishers = Int($1) }
        reduce("services", from: UInt64(best.servicesPerPublisher), to: 1) { $0.servicesPerPublisher = Int($1) }
    }

    // MARK: Lists

    mutating func reduceLists() {
        reduce(Place(name: "faults", get: { $0.faults }, set: { $0.faults = $1 }))
        reduce(Place(name: "workloads", get: { $0.workloads }, set: { $0.workloads = $1 }))
        reduce(Place(name: "knobs", get: { $0.knobs }, set: { $0.knobs = $1 }))
        reduce(Place(name: "translators", get: { $0.translators }, set: { $0.translators = $1 }))
    }

    // MARK: Everything else

    private static let simplifications: [(name: String, apply: @Sendable (inout Plan) -> Void)] = [
        ("no churn", { $0.churn = nil }),
        ("one latency for all", { $0.latency = .uniform(SpanRange(.milliseconds(50), .milliseconds(50))) }),
        ("no jitter", { $0.jitterPercent = 0 }),
        ("no loss", { $0.loss = .never }),
        ("no bursts of loss", { $0.burstLoss = nil }),
        ("no duplicates", { $0.duplication = .never }),
        ("unlimited bandwidth", { $0.bandwidth = nil }),
        ("right clocks", { $0.clockSkew = .zero }),
        ("all start at once", { $0.joinWindow = .zero }),
        ("packets of the usual length", { $0.packetLength = PlanWriter.empty.packetLength }),
        ("the standard profile", { $0.profile = .standard }),
        ("one thread", { $0.threads = 1 }),
    ]

    mutating func simplify() {
        for simplification in Self.simplifications {
            var candidate = best
            simplification.apply(&candidate)
            _ = accepts(candidate, simplification.name)
        }
    }

    // MARK: Particulars

    mutating func reduceWorkloads() {
        for index in best.workloads.indices {
            let workload = best.workloads[index]
            reduce("operations of workload \(index)", from: UInt64(workload.count), to: 1) {
                $0.workloads[index].count = Int($1)
            }
            let ticks = Self.ticks(from: workload.start, to: workload.end)
            reduce("length of workload \(index) in tenths of seconds", from: ticks, to: 1) {
                $0.workloads[index].end = workload.start + Self.tick * $1
            }
        }
    }

    mutating func reduceFaults() {
        for index in best.faults.indices {
            let fault = best.faults[index]
            let ticks = Self.ticks(from: fault.start, to: fault.end ?? best.duration)
            reduce("length of fault \(index) in tenths of seconds", from: ticks, to: 1) {
                $0.faults[index].end = fault.start + Self.tick * $1
            }
            reduce(
                Place(
                    name: "nodes of fault \(index)", get: { $0.faults[index].nodes.members },
                    set: { plan, rest in
                        if case .list = plan.faults[index].nodes { plan.faults[index].nodes = .list(rest) }
                    }))
        }
    }

    private static func ticks(from start: TimeSpan, to end: TimeSpan) -> UInt64 {
        end > start ? (end.nanoseconds - start.nanoseconds) / tick.nanoseconds : 0
    }
}

extension NodeSelection {
    /// Those of a list; none for all others, which are decided by draws.
    fileprivate var members: [NodeIndex] {
        if case .list(let members) = self { members } else { [] }
    }
}
